"""Publishing, promotion, rollback, scheduled deployments and reviews."""
