"""Changes and validation of drafts."""
