"""Users, roles, login, two-factor login and API tokens."""
