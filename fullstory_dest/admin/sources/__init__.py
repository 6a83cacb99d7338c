"""Sources: the list, the tabs of a source, publishing and write keys."""
