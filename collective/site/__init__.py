"""The pages that belong to no room: the home page, the health check, the audit log."""
