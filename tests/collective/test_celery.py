"""If this fails, the web server sends its wake-up calls to a broker that is not there."""

import os
import subprocess
import sys
from pathlib import Path

CODE = """
import django; django.setup()
from django.conf import settings
from spec_loop.tasks import advance
print(advance.app.conf.broker_url == settings.CELERY_BROKER_URL, "sweep-runs" in settings.CELERY_BEAT_SCHEDULE)
from collective.celery import app
app.loader.import_default_modules()
wanted = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
print(wanted - set(app.tasks))
"""


def test_a_process_that_imported_only_a_task_knows_the_broker_and_every_scheduled_task_exists():
    ran = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "collective.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines() == ["True True", "set()"]
