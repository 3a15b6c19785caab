"""Samples of a third party, weighted up to their population."""
