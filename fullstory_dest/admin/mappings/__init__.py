"""Mappings: the editor, its validation and its test run."""
