"""A source as a whole: its status, its write key, its archive, and installing it on a site."""
