"""Tests of fullstory-dest."""
