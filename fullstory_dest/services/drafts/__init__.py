"""Changes to drafts, and validating a draft."""
