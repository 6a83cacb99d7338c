"""What drafts do with events, found by running the browser's own runtime."""
