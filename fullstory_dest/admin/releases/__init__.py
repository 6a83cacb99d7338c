"""Releases: the list, the diff and the test case results."""
