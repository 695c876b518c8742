"""Settings that could not work are told before the service starts; prices and headers are read as they are meant."""

import os
from decimal import Decimal
from email.utils import formatdate
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import time

import pytest

from llm.checks import check_settings
from llm.errors import ModelUnavailable
from llm.prices import Price, price_of
from llm.providers.base import Deadline
from llm.providers.openai import client_of_this_process
from llm.providers.retrying import Retrying, read_retry_after


def test_the_settings_as_they_come_are_fine():
    assert check_settings() == []


@pytest.mark.parametrize(
    "table",
    [
        {"m": 3},
        {"m": {"input": 1}},
        {"m": {"input": -1, "output": 1}},
        {"m": {"input": "NaN", "output": 1}},
        {"m": {"input": 1, "output": 1, "currency": "EUR"}},
    ],
)
def test_a_price_table_of_another_form_is_told(settings, table):
    settings.LLM_PRICES = table

    assert [error.id for error in check_settings()] == ["llm.E002"]


def test_an_unknown_style_of_api_is_told(settings):
    settings.OPENAI_API_STYLE = "completions"

    assert [error.id for error in check_settings()] == ["llm.E001"]


def test_a_price_is_for_a_million_tokens():
    price = Price(input=Decimal("1.25"), cached_input=Decimal("0.125"), output=Decimal(10))

    assert price.cost(tokens_in=1000, tokens_out=100, cached=400) == Decimal("0.0018")


def test_a_model_not_in_the_table_has_no_price(settings):
    settings.LLM_PRICES = {"one": {"input": 0, "output": 0}}

    assert price_of("one") is not None
    assert price_of("other") is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("3", 3), ("0.5", 0.5), ("-1", 0), ("", None), (None, None), ("soon", None), ("nan", None), ("inf", None)],
)
def test_retry_after_is_read(header, seconds):
    assert read_retry_after(header) == seconds


def test_retry_after_may_be_a_date():
    assert read_retry_after(formatdate(time() + 60, usegmt=True)) == pytest.approx(60, abs=2)
    assert read_retry_after(formatdate(time() - 60, usegmt=True)) == 0


def test_pauses_grow_and_the_servers_word_counts():
    pauses: list[float] = []
    errors = iter([ModelUnavailable("a"), ModelUnavailable("b"), ModelUnavailable("c", retry_after=7)])

    def attempt() -> str:
        error = next(errors, None)
        if error:
            raise error
        return "answer"

    assert Retrying(first_pause=1, sleep=pauses.append).call(attempt, deadline=Deadline.after(60)) == "answer"
    assert 0.5 <= pauses[0] <= 1 <= pauses[1] <= 2 < 7 <= pauses[2] <= 8


def _send_client_id(pipe: Connection) -> None:
    pipe.send((os.getpid(), id(client_of_this_process())))


def test_a_forked_worker_has_a_client_of_its_own(settings):
    settings.OPENAI_API_KEY = "test-key"
    ours = client_of_this_process()
    assert client_of_this_process() is ours
    receiver, sender = get_context("fork").Pipe(duplex=False)

    child = get_context("fork").Process(target=_send_client_id, args=(sender,))
    child.start()
    process, theirs = receiver.recv()
    child.join()

    assert process != os.getpid()
    assert theirs != id(ours)
