"""The WSGI entry point, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collective.settings")

application = get_wsgi_application()
# All pages are imported now, once and before workers are forked, and not while the first visitors wait.
get_resolver().url_patterns  # noqa: B018 (read for what it does)
