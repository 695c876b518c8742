"""Send one POST to an address somebody else has chosen, without being led into our own network.

The name is resolved once, every address it stands for must be a public one, and the connection goes to just that
address: a name that resolves otherwise a moment later (DNS rebinding) leads nowhere else. Redirects are not followed.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

TIMEOUT_SECONDS = 10


class NotSent(Exception):
    """The address could not be reached, or may not be."""


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a body and return the status of the answer. Raises `NotSent`."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = _public_address(host, port)
    kind = _PinnedHTTPS if secure else _PinnedHTTP
    connection = kind(host, port, address)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body=body, headers=dict(headers))
        return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise NotSent(f"{type(error).__name__}: {error}"[:300]) from error
    finally:
        connection.close()


def _public_address(host: str, port: int) -> str:
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise NotSent(f"The name {host} cannot be resolved.") from error
    private = [address for address in sorted(found) if not ipaddress.ip_address(address.partition("%")[0]).is_global]
    if private and not settings.WEBHOOKS_MAY_BE_PRIVATE:
        raise NotSent(f"{host} is not a public address ({private[0]}).")
    return sorted(found)[0]


class _PinnedHTTP(http.client.HTTPConnection):
    """A connection to an address that was checked, under the host's name."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS)
        self.address = address

    def connect(self) -> None:
        """Connect to the checked address."""
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class _PinnedHTTPS(_PinnedHTTP):
    """The same with TLS, whose certificate must be the host's."""

    default_port = 443

    def connect(self) -> None:
        """Connect to the checked address and make sure that the host answers there."""
        super().connect()
        plain: Any = self.sock
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
