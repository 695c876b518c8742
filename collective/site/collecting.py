"""Collect static files, with hashed names and compressed, when they have changed."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_static() -> bool:
    """Collect the static files unless what is collected is newer than every source. Return whether it was done."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.exists() and manifest.stat().st_mtime > _newest_source():
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    return True


def _newest_source() -> float:
    newest = 0.0
    for finder in get_finders():
        for name, storage in finder.list([]):
            newest = max(newest, Path(storage.path(name)).stat().st_mtime)
    return newest
