"""Publishing, scheduled publishes and rollback."""
