"""Before a round opens: documents, roster, rounds, codes."""
