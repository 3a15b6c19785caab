"""After a round closes: opening, results, publication."""
