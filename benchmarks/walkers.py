"""People who walk a study over HTTP: hand in, be led to the next prompt, read its page, think; and how long they wait.

They are played by one loop over kept-open connections, cheaply enough not to be what is measured.
"""

import http.client
import random
import re
import selectors
import socket
import time
from dataclasses import dataclass, field
from statistics import quantiles
from urllib.parse import urlencode

_AGENT = "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36"
_SCORES = re.compile(rb'name="(score_\d+)"')


@dataclass
class Waits:
    """Seconds people waited: to be led on (the reservation), for the page after it, and for their answers to be stored.

    `next` holds the sum of the first two, which is what comes between "stored" and the next prompt.
    """

    led: list[float] = field(default_factory=list)
    next: list[float] = field(default_factory=list)
    stored: list[float] = field(default_factory=list)
    handed_in: int = 0
    seconds: float = 0.0

    def percentile(self, percent: int) -> float:
        """Return a percentile of the waits for the next prompt, in seconds."""
        return _percentile(self.next, percent)

    def describe(self) -> str:
        """Say the waits in milliseconds: the median and, in brackets, the 95th percentile."""
        parts = {"next prompt": self.next, "of it reserving": self.led, "storing before it": self.stored}
        said = [f"{name} {_milliseconds(waits, 50)} ({_milliseconds(waits, 95)})" for name, waits in parts.items()]
        return f"{self.handed_in / self.seconds:3.0f} handed in per second; {', '.join(said)}"


@dataclass
class _Walker:
    """A person at a connection: what they wait for (`stage`), since when, and what they know."""

    token: str
    line: socket.socket = field(init=False)
    stage: str = "next"
    since: float = 0.0
    left: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    task: str = ""
    scores: list[str] = field(default_factory=list)


class _Walk:
    def __init__(self, address: tuple[str, int], link: str, thinking: float, most: int) -> None:
        self.address, self.link, self.thinking, self.most = address, link, thinking, most
        self.cookie, self.csrf = _csrf(address, link)
        self.draw = random.Random(1)
        self.selector = selectors.DefaultSelector()
        self.waits = Waits()
        self.thinkers: list[tuple[float, _Walker]] = []
        self.handing_in = 0

    def enter(self, token: str, at: float) -> None:
        """Let a person come in at a time. They connect when they do: before, there is nobody to wait for."""
        self.thinkers.append((at, _Walker(token)))

    def run(self, until: float) -> Waits:
        """Walk until a time, or until as much was handed in as may be."""
        started = time.perf_counter()
        while (now := time.perf_counter()) < until and self.waits.handed_in < self.most and self._busy():
            for at, walker in [entry for entry in self.thinkers if entry[0] <= now]:
                self.thinkers.remove((at, walker))
                self._act(walker)
            for key, _events in self.selector.select(timeout=0.002):
                self._hear(key.data)
        self.waits.seconds = time.perf_counter() - started
        while self.handing_in and time.perf_counter() < until + 10:  # what is under way is stored, and is to be counted
            for key, _events in self.selector.select(timeout=0.01):
                self._hear(key.data)
        for key in list(self.selector.get_map().values()):
            key.data.line.close()
        return self.waits

    def _busy(self) -> bool:
        return bool(self.thinkers or self.selector.get_map())

    def _act(self, walker: _Walker) -> None:
        """Come in, or hand in what was thought about."""
        if walker.task == "":
            walker.line = socket.create_connection(self.address)
            walker.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.selector.register(walker.line, selectors.EVENT_READ, walker)
        if walker.task:
            self.handing_in += 1
            self._send(walker, "stored", walker.task, self._answers(walker))
        else:
            self._send(walker, "next", f"/p/{self.link}/next/")

    def _hear(self, walker: _Walker) -> None:
        walker.received += walker.line.recv(262_144)
        answer = _whole(walker.received)
        if answer is None:
            return
        walker.received = bytearray()
        status, location, body = answer
        waited = time.perf_counter() - walker.since
        if walker.stage == "stored" and status == 303:
            self.waits.stored.append(waited)
            self.waits.handed_in += 1
            self.handing_in -= 1
            self._send(walker, "next", location)
        elif walker.stage == "next" and status == 303 and "/task/" in location:
            self.waits.led.append(waited)
            walker.task, walker.left = location, waited
            self._send(walker, "page", location)
        elif walker.stage == "page" and status == 200:
            self.waits.next.append(walker.left + waited)
            walker.scores = [name.decode() for name in dict.fromkeys(_SCORES.findall(body))]
            pause = self.draw.expovariate(1 / self.thinking) if self.thinking else 0.0
            self.thinkers.append((time.perf_counter() + pause, walker))
        elif walker.stage == "next" and status == 303:  # done with all tasks
            self.selector.unregister(walker.line)
            walker.line.close()
        else:
            raise RuntimeError(f"{walker.stage} was answered {status} {location}")

    def _send(self, walker: _Walker, stage: str, path: str, fields: dict[str, str] | None = None) -> None:
        walker.stage, walker.since = stage, time.perf_counter()
        host = f"{self.address[0]}:{self.address[1]}"
        body = urlencode(fields).encode() if fields else b""
        head = (
            f"{'POST' if fields else 'GET'} {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {_AGENT}\r\n"
            f"Cookie: {self.cookie}; collective-person={walker.token}\r\nAccept-Language: en-GB,en;q=0.9\r\n"
            "Accept: text/html\r\n"
        )
        if fields:
            head += (
                f"Origin: http://{host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                f"Content-Length: {len(body)}\r\n"
            )
        walker.line.sendall(head.encode() + b"\r\n" + body)

    def _answers(self, walker: _Walker) -> dict[str, str]:
        return {
            "csrfmiddlewaretoken": self.csrf,
            "revision": "0",
            "seconds": '{"reading": 40.2, "personal": 31.5, "world": 25.1, "scales": 12.9, "criteria": 44.0}',
            "unacceptable_none": "1",
            **{
                f"{block}_place_{letter}": str(n)
                for block in ("personal", "world")
                for n, letter in enumerate("ABCD", 1)
            },
            "personal_why": "It takes the question seriously and does not lecture.",
            "world_why": "Most people would be helped by the first and hurt by the last.",
            "importance": "2",
            "representativeness": "3",
            "subjectivity": "1",
            **dict.fromkeys(walker.scores, "4"),
        }


def walk(
    address: tuple[str, int], link: str, tokens: list[str], *, thinking: float, seconds: float, most: int
) -> Waits:
    """Let the people of these tokens walk a study at once, for some seconds or until `most` tasks are handed in.

    They come in one after the other over the mean time of thinking, and then think, after each page, for a time drawn
    exponentially. Raises `RuntimeError` on an answer that no walk should meet.
    """
    people = _Walk(address, link, thinking, most)
    started = time.perf_counter()
    for number, token in enumerate(tokens):
        people.enter(token, started + thinking * number / len(tokens))
    return people.run(started + seconds)


def _csrf(address: tuple[str, int], link: str) -> tuple[str, str]:
    connection = http.client.HTTPConnection(*address, timeout=30)
    connection.request("GET", f"/p/{link}/")
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    cookie = re.search(r"csrftoken=[^;]+", answer.headers.get("Set-Cookie", ""))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if not cookie or not token:
        raise RuntimeError("The study's page carries no CSRF token.")
    return cookie[0], token[1]


def _whole(received: bytearray) -> tuple[int, str, bytes] | None:
    """Return status, Location and body once a whole answer is there."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = bytes(received[:end])
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    if len(received) - end - 4 < (int(length[1]) if length else 0):
        return None
    location = re.search(rb"\r\nlocation: *([^\r]+)", head, re.IGNORECASE)
    return int(head[9:12]), location[1].decode() if location else "", bytes(received[end + 4 :])


def _milliseconds(waits: list[float], percent: int) -> str:
    return f"{1000 * _percentile(waits, percent):.0f}"


def _percentile(waits: list[float], percent: int) -> float:
    return quantiles(waits, n=100)[percent - 1] if len(waits) > 1 else float("nan")
