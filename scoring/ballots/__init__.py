"""Ballots: read from files, counted exactly, and over what their marks are taken."""
