"""Clients that talk HTTP over kept-open connections, cheaply enough not to be what is measured.

What a client does is a generator: it yields a whole request and is sent the whole answer. One loop plays them all.
"""

import re
import selectors
import socket
import time
from collections import Counter, deque
from collections.abc import Generator
from dataclasses import dataclass, field
from statistics import quantiles
from typing import NamedTuple
from urllib.parse import urlencode


class Answer(NamedTuple):
    """A whole answer: its status, where it leads, its body."""

    status: int
    location: str
    body: bytes


Conversation = Generator[bytes, Answer, None]
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_LOCATION = re.compile(rb"\r\nlocation: *(?:https?://[^/\r]+)?([^\r]+)", re.IGNORECASE)
_SCORES = re.compile(rb'name="score_(\d+)"')


@dataclass
class Tally:
    """What a drive came to: how long it took, how long each thing took that was done, other answers than wanted."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    stored: int = 0
    used: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Things done per second."""
        return len(self.waits) / self.seconds

    def percentile(self, percent: int) -> float:
        """Return a percentile of how long a thing took, in seconds."""
        return quantiles(self.waits, n=100)[percent - 1] if len(self.waits) > 1 else float("nan")


def drive_submissions(address: tuple[str, int], requests: list[bytes], *, clients: int, seconds: float) -> Tally:
    """Send prepared submissions from several clients at once, each waiting for its answer before the next."""
    waiting = deque(requests)
    tally = Tally()
    until = time.perf_counter() + seconds
    _play(address, [_submitting(waiting, tally, until) for _ in range(clients)], tally)
    tally.used = len(requests) - len(waiting)
    return tally


def drive_cycles(address: tuple[str, int], people: list[tuple[str, str, str]], **how: float) -> Tally:
    """Let people do tasks: hand in, follow to the next, read its page; the three together are one thing done.

    `people` are (cookie, link, CSRF token); `clients` of them are at it at once for `seconds`.
    """
    waiting = deque(people)
    tally = Tally()
    until = time.perf_counter() + how["seconds"]
    _play(address, [_cycling(address, waiting, tally, until) for _ in range(int(how["clients"]))], tally)
    tally.used = len(people) - len(waiting)
    return tally


def request(address: tuple[str, int], path: str, *, cookie: str, fields: dict[str, str] | None = None) -> bytes:
    """Return a whole request as a phone's browser sends it; with `fields`, a form."""
    host = f"{address[0]}:{address[1]}"
    body = urlencode(fields or {}).encode()
    head = (
        f"{'POST' if fields else 'GET'} {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n"
        "User-Agent: Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36\r\n"
        "Accept: text/html,application/xhtml+xml\r\nAccept-Language: en-GB,en;q=0.9\r\n"
    )
    if fields:
        head += (
            f"Origin: http://{host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n"
        )
    return head.encode() + b"\r\n" + body


def answers(token: str, criteria: list[str]) -> dict[str, str]:
    """Return a task's form with everything answered."""
    return {
        "csrfmiddlewaretoken": token,
        "revision": "0",
        "seconds": '{"reading": 40.2, "personal": 31.5, "world": 25.1, "scales": 12.9, "criteria": 44.0}',
        "unacceptable_none": "1",
        "personal_place_A": "4",
        "personal_place_B": "1",
        "personal_place_C": "2",
        "personal_place_D": "2",
        "personal_why": "It takes the question seriously and does not lecture.",
        "world_place_A": "3",
        "world_place_B": "1",
        "world_place_C": "4",
        "world_place_D": "2",
        "world_why": "Most people would be helped by the first and hurt by the last.",
        "importance": "2",
        "representativeness": "3",
        "subjectivity": "1",
        **{f"score_{criterion}": str(4 * n - 10) for n, criterion in enumerate(criteria)},
        "own_criterion": "",
        "own_score": "",
    }


def _submitting(waiting: deque[bytes], tally: Tally, until: float) -> Conversation:
    while (started := time.perf_counter()) < until:
        if not waiting:
            raise RuntimeError("The benchmark has fewer requests than the server can take: prepare more.")
        answer = yield waiting.popleft()
        _note(tally, answer, 303, started)
        tally.stored += answer.status == 303


def _cycling(
    address: tuple[str, int], waiting: deque[tuple[str, str, str]], tally: Tally, until: float
) -> Conversation:
    while time.perf_counter() < until:
        if not waiting:
            raise RuntimeError("The benchmark has fewer people than the server can take: prepare more.")
        yield from _one_person(address, *waiting.popleft(), tally=tally, until=until)


def _one_person(
    address: tuple[str, int], cookie: str, link: str, token: str, *, tally: Tally, until: float
) -> Conversation:
    """Do a person's tasks until there are no more for them, or time is up."""
    led = yield request(address, f"/p/{link}/next/", cookie=cookie)
    page = yield request(address, led.location, cookie=cookie)
    while (started := time.perf_counter()) < until:
        criteria = [name.decode() for name in dict.fromkeys(_SCORES.findall(page.body))]
        stored = yield request(address, led.location, cookie=cookie, fields=answers(token, criteria))
        if stored.status != 303:
            _note(tally, stored, 303, started)
            return
        tally.stored += 1
        led = yield request(address, stored.location, cookie=cookie)
        if "/task/" not in led.location:  # that was the last one
            return
        page = yield request(address, led.location, cookie=cookie)
        _note(tally, page, 200, started)


def _note(tally: Tally, answer: Answer, wanted: int, started: float) -> None:
    if answer.status == wanted:
        tally.waits.append(time.perf_counter() - started)
    else:
        tally.refused[f"{answer.status} {answer.location}"] += 1


@dataclass
class _Client:
    conversation: Conversation
    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)
    missing: int = 0


def _play(address: tuple[str, int], conversations: list[Conversation], tally: Tally) -> None:
    """Play conversations, each over a connection of its own, until all have ended."""
    selector = selectors.DefaultSelector()
    started = time.perf_counter()
    for conversation in conversations:
        connection = socket.create_connection(address)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ, _Client(conversation, connection))
        connection.sendall(next(conversation))
    while selector.get_map():
        for key, _events in selector.select():
            client = key.data
            client.received += client.socket.recv(262_144)
            if (answer := _whole_answer(client)) is None:
                continue
            try:
                client.socket.sendall(client.conversation.send(answer))
            except StopIteration:
                selector.unregister(client.socket)
                client.socket.close()
    tally.seconds = time.perf_counter() - started


def _whole_answer(client: _Client) -> Answer | None:
    """Return the answer once it is there whole."""
    received = client.received
    if len(received) < client.missing:
        return None
    end = received.find(b"\r\n\r\n") + 2
    if end < 2:
        return None
    head = bytes(received[:end])
    length = _LENGTH.search(head)
    client.missing = end + 2 + (int(length[1]) if length else 0)
    if len(received) < client.missing:
        return None
    client.received, client.missing = bytearray(), 0
    location = _LOCATION.search(head)
    return Answer(int(head[9:12]), location[1].decode() if location else "", bytes(received[end + 2 :]))
