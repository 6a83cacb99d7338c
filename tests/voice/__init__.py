"""Checks that every text follows the project's rules for writing, which CONTRIBUTING.md sums up."""
