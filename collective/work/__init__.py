"""Rows of work with leases, shared by every app that has long work to do."""
