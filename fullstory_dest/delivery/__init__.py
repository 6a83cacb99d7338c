"""Delivery of published releases to browsers. It's public, and never compiles drafts, except for preview links."""
