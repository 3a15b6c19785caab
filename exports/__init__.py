"""Plain values in, bytes out: tables, charts, printed reports, slips."""
