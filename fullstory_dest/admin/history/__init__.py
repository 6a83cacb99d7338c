"""The history of a row."""
