"""Make the `.mo` files that Django reads, where they are missing or older than their catalogue."""

import os
from io import BytesIO
from pathlib import Path

from django.conf import settings


def stale() -> list[Path]:
    """Return the catalogues whose compiled file is missing or older."""
    return [path for path in sorted(settings.LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.po")) if _is_stale(path)]


def compile_stale() -> list[Path]:
    """Compile what is stale and return those catalogues; several processes may do so at once."""
    compiled = stale()
    for path in compiled:
        _compile(path)
    return compiled


def _is_stale(path: Path) -> bool:
    made = path.with_suffix(".mo")
    return not made.exists() or made.stat().st_mtime_ns < path.stat().st_mtime_ns


def _compile(path: Path) -> None:
    # Loading Babel takes a moment that a start with nothing to compile is spared.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    read_at = path.stat().st_mtime_ns
    made = BytesIO()
    write_mo(made, read_po(BytesIO(path.read_bytes()), locale=path.parts[-3], charset="utf-8"))
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_bytes(made.getvalue())
    # As old as what it was made from: a catalogue that was changed meanwhile is compiled again.
    os.utime(draft, ns=(read_at, read_at))
    draft.replace(path.with_suffix(".mo"))
