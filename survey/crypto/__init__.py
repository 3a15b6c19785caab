"""Codes, keys and envelopes: what keeps a ballot secret and proves that it was not altered. No database."""
