"""Import and migration of classic FullStory destinations."""
