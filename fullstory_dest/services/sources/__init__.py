"""Status, write key, archiving and installation of sources."""
