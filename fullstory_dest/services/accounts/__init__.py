"""Roles and API tokens."""
