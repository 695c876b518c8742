"""Collective: settings, accounts, audit log, leased work, shared components, site and API."""

# Every process that may send a task needs the application that knows the broker, not Celery's default one.
from .celery import app as celery_app

__all__ = ["celery_app"]
