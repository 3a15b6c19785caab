"""Results against each other: from round to round, and under other weights."""
