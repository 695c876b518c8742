"""Real data beside the checkout: used where it is, never copied."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"


def real_data(name: str) -> Path:
    """Return a file or folder of the real data, e.g. "rankings"; skip the test where it is absent."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"no data: shared/data/{name} is not beside this checkout")
    return path
