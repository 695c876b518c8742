"""Clients that send prepared HTTP requests over kept-open connections, cheaply enough not to be what is measured."""

import selectors
import socket
import time
from collections import deque
from dataclasses import dataclass, field


@dataclass
class Tally:
    """What a drive came to: seconds, and how often each status was answered."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)

    def rate(self, status: int) -> float:
        """Return answers of a status per second."""
        return self.statuses.get(status, 0) / self.seconds


@dataclass
class _Client:
    socket: socket.socket
    received: bytes = b""


def drive(address: tuple[str, int], requests: list[bytes], *, clients: int, seconds: float) -> tuple[Tally, int]:
    """Send requests for some seconds from several connections at once, each waiting for its answer before the next.

    Returns the tally, and how many of the requests were sent. Raises `RuntimeError` when they run out.
    """
    waiting = deque(requests)
    tally = Tally()
    selector = selectors.DefaultSelector()
    started = time.perf_counter()
    for _ in range(clients):
        connection = socket.create_connection(address)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ, _Client(connection))
        connection.sendall(waiting.popleft())
    busy = clients
    while busy:
        for key, _events in selector.select():
            client = key.data
            client.received += client.socket.recv(65536)
            status = _whole_answer(client)
            if not status:
                continue
            tally.statuses[status] = tally.statuses.get(status, 0) + 1
            if time.perf_counter() - started < seconds:
                if not waiting:
                    raise RuntimeError("The benchmark has fewer requests than the server can take: prepare more.")
                client.socket.sendall(waiting.popleft())
            else:
                busy -= 1
    tally.seconds = time.perf_counter() - started
    for selected in list(selector.get_map().values()):
        selected.data.socket.close()
    return tally, len(requests) - len(waiting)


def _whole_answer(client: _Client) -> int:
    """Return the status once a whole answer is there, else 0."""
    head, found, body = client.received.partition(b"\r\n\r\n")
    if not found:
        return 0
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line[15:])
    if len(body) < length:
        return 0
    client.received = b""
    return int(head[9:12])
