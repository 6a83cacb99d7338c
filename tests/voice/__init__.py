"""Checks that every text follows the writing rules in CONTRIBUTING.md."""
