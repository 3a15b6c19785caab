"""While a round is open: ballots, receipts, turnout."""
