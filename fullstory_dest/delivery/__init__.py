"""Delivery of published releases to browsers. It's public, and never reads or compiles drafts."""
