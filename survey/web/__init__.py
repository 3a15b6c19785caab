"""Pages: one module per audience, and the shell that they share."""
