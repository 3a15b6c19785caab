"""The scheme document: read, checked as a whole, known by its fingerprint; exact numbers and tables to read it from."""
