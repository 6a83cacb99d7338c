"""The setup wizard and the catalog."""
