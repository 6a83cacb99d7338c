"""The classic FullStory destination: importing its settings and migrating it."""
