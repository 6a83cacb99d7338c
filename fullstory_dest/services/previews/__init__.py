"""Previews of events, which run in the same runtime as in browsers."""
