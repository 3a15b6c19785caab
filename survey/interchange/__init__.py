"""Other people's files, read into plain values: spreadsheets in."""
