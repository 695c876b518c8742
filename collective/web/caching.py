"""The shared cache, which a page can do without."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis import RedisError

logger = logging.getLogger(__name__)


class DispensableRedisCache(RedisCache):
    """A cache that holds nothing and takes nothing while Redis cannot be reached.

    What is kept in it (plots, figures, a copy of each session) can be made or read again, so its failure costs time,
    not the page. What must not be missed silently, such as counts of failed sign-ins, uses the cache `counters`.
    """

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept, `default` where nothing is or Redis is away."""
        return _without_redis(default, super().get, key, default, version=version)

    def set(self, key: Any, value: Any, timeout: Any = ..., version: int | None = None) -> None:
        """Keep a value, if Redis is there."""
        given = {} if timeout is ... else {"timeout": timeout}
        _without_redis(None, super().set, key, value, version=version, **given)

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget a value, and return whether there was one."""
        return bool(_without_redis(False, super().delete, key, version=version))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Return whether a value is kept."""
        return bool(_without_redis(False, super().has_key, key, version=version))


def _without_redis(instead: Any, do: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return do(*args, **kwargs)
    except (RedisError, OSError) as error:
        logger.warning("The cache cannot be reached: %s", error)
        return instead
