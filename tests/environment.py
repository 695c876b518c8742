"""The environment tests run in; loaded by pytest before Django reads its settings.

The embedded servers of the tests live in a folder of their own, so that tests and a running service do not share a
cache. Set DATA_DIR, DATABASE_URL or REDIS_URL to run them elsewhere.
"""

import os
from pathlib import Path

os.environ.setdefault("DATA_DIR", str(Path(__file__).resolve().parent.parent / ".data" / "tests"))
# Nothing is collected there: a service that a test starts collects its own, and must not do so under our feet.
os.environ.setdefault("STATIC_ROOT", str(Path(os.environ["DATA_DIR"]) / "static"))
# Never a real model: what speaks to one in a test speaks to a server of the test's own.
os.environ.pop("OPENAI_API_KEY", None)
os.environ.pop("OPENAI_BASE_URL", None)
# Nor a real mail.
os.environ.pop("EMAIL_URL", None)
