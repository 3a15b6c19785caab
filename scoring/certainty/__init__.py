"""How sure scores and ranks are."""
