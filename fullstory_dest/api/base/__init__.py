"""Bases of all resources: problems, permissions, parsers, pagination and the schema."""
