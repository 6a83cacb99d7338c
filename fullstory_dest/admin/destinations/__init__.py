"""Destinations: their settings, presets and copies."""
