"""Classic FullStory destinations and their migration."""
