"""Pages for edit conflicts, deleted rows and failed requests."""
