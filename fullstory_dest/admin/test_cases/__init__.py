"""Test cases: sample events with their expected FullStory calls."""
