"""Remember drawn plots: in the process, and in the cache that all processes share.

Drawing costs a tenth of a second, and the first drawing of a process two seconds. A plot depends on nothing but its
arguments and the code, so it is kept under a hash of both.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache as once
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

KEPT_PLOTS = 256
KEPT_SECONDS = 30 * 24 * 3600


def remembered(drawing: Callable[..., SafeString]) -> Callable[..., SafeString]:
    """Decorate a function that draws from positional arguments: plain values, dates, dataclasses and tuples of them."""

    @wraps(drawing)
    @lru_cache(maxsize=KEPT_PLOTS)
    def draw(*arguments: Any) -> SafeString:
        key = f"plot:{drawing.__name__}:{_hash(arguments)}"
        known = cache.get(key)
        if known is None:
            known = str(drawing(*arguments))
            cache.set(key, known, KEPT_SECONDS)
        return mark_safe(known)  # noqa: S308 (what `drawing` made and escaped)

    return draw


def _hash(arguments: tuple[Any, ...]) -> str:
    written = json.dumps([_code(), _plain(arguments)], sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {"": type(value).__name__} | {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, Promise | date) else value


@once
def _code() -> str:
    """Return a hash of the modules that draw: a plot of older code is not shown again."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
