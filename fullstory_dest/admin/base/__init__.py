"""What the pages of the admin share: model admins, forms, filters, widgets and error locations."""
