"""The Celery application. A task is a wake-up call: what is to be done stands in rows of the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collective.settings")

app = Celery("collective")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
