"""Real data beside the checkout, or further up: used where it is, never copied."""

from pathlib import Path

import pytest


def find_real_data(name: str) -> Path | None:
    """Return a file or folder of the real data, e.g. "rankings"; None where it is absent."""
    places = (parent / "shared" / "data" / name for parent in Path(__file__).resolve().parents)
    return next((place for place in places if place.exists()), None)


def real_data(name: str) -> Path:
    """Return a file or folder of the real data; skip the test where it is absent."""
    path = find_real_data(name)
    if path is None:
        pytest.skip(f"no data: shared/data/{name} is not beside this checkout")
    return path
