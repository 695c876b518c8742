"""Say whether the service can do its work."""

from django.core.cache import caches
from django.db import DatabaseError, connection
from redis import RedisError


def check_services() -> dict[str, str]:
    """Ask the database and Redis for a sign of life; each is "ok" or the kind of its failure."""
    return {"database": _check_database(), "redis": _check_redis()}


def _check_database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return type(error).__name__
    return "ok"


def _check_redis() -> str:
    try:
        caches["counters"].get("health")
    except (RedisError, OSError) as error:
        return type(error).__name__
    return "ok"
