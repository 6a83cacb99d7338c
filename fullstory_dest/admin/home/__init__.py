"""The home page, recent activity and search."""
