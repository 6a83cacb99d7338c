"""Shared parts of the admin: model admins, forms, filters, widgets and error locations."""
