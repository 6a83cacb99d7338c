"""Environments of a source: their forms, and deleting them."""
