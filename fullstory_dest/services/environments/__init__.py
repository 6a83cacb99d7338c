"""Creating, reordering and deleting of environments."""
