"""If these fail, a Redis that is away takes the pages with it."""

import pytest
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCacheClient
from redis import ConnectionError as RedisAway

from collective.web.caching import DispensableRedisCache
from tests.factories import PASSWORD, make_user


@pytest.fixture
def redis_away(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise RedisAway("refused")

    monkeypatch.setattr(RedisCacheClient, "get_client", refuse)


def test_it_keeps_values_while_redis_is_there():
    cache = caches["default"]
    assert isinstance(cache, DispensableRedisCache)
    cache.set("bees", 3, timeout=60)
    assert (cache.get("bees"), "bees" in cache, cache.delete("bees")) == (3, True, True)
    assert cache.get("bees", "none") == "none"


def test_without_redis_it_holds_nothing(redis_away):
    cache = caches["default"]
    cache.set("bees", 3)
    assert (cache.get("bees", "none"), "bees" in cache, cache.delete("bees")) == ("none", False, False)


@pytest.mark.django_db
def test_without_redis_who_is_signed_in_stays_so(client, redis_away):
    client.force_login(make_user())
    assert client.get("/studies/").status_code == 200
    assert client.post("/accounts/sign-out/").status_code == 302


@pytest.mark.django_db
def test_without_redis_nobody_can_guess_passwords(client, redis_away):
    user = make_user()
    response = client.post("/accounts/sign-in/", {"email": user.email, "password": PASSWORD})
    assert response.status_code == 503
    assert "Try again in a minute" in response.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_without_redis_the_service_says_so(client, redis_away):
    assert client.get("/health/").status_code == 503
