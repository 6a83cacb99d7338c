"""Recent activity in all sources."""
