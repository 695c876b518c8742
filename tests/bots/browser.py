"""A browser without JavaScript: one kept-open connection, cookies, redirects."""

from __future__ import annotations

import http.client
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlencode, urljoin, urlsplit

from .pages import Page, Unexpected

MOST_REDIRECTS: Final = 10
_REDIRECTS: Final = {301, 302, 303, 307, 308}


@dataclass(frozen=True)
class _Cookie:
    value: str
    path: str


class Browser:
    """Sends requests over one kept-open connection and keeps cookies. It stays on the host it was made for."""

    def __init__(
        self, base_url: str, *, language: str = "en", timeout: float = 30, agent: str = "Bot (Mobile)"
    ) -> None:
        self.base: SplitResult = urlsplit(base_url)
        self.timeout = timeout
        self.headers = {"Accept-Language": language, "User-Agent": agent, "Accept": "text/html"}
        self.cookies: dict[str, _Cookie] = {}
        self._connection: http.client.HTTPConnection | None = None

    def another_tab(self) -> Browser:
        """Return a browser with the same cookies, present and future, and a connection of its own."""
        tab = type(self)(self.base.geturl(), timeout=self.timeout)
        tab.headers, tab.cookies = self.headers, self.cookies
        return tab

    def get(self, address: str) -> Page:
        """Open an address and follow where it leads."""
        return self._follow(self.send("GET", address))

    def post(self, address: str, fields: Mapping[str, Sequence[str]]) -> Page:
        """Send a form and follow where that leads."""
        return self._follow(self.send("POST", address, fields))

    def send(self, method: str, address: str, fields: Mapping[str, Sequence[str]] | None = None) -> Page:
        """Send one request and return its answer, a redirect too. Raises `OSError` and `HTTPException`."""
        url = urljoin(self.base.geturl(), address)
        target = urlsplit(url)
        body = urlencode(fields, doseq=True) if fields is not None else None
        headers = dict(self.headers)
        if sent := "; ".join(f"{name}={c.value}" for name, c in self.cookies.items() if target.path.startswith(c.path)):
            headers["Cookie"] = sent
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._origin()}
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(self.base.netloc, timeout=self.timeout)
            self._connection.request(method, target._replace(scheme="", netloc="").geturl(), body, headers)
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        self._keep_cookies(answer.headers.get_all("Set-Cookie") or [])
        return Page(url, answer.status, text, dict(answer.headers))

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def _follow(self, page: Page) -> Page:
        for _ in range(MOST_REDIRECTS):
            if page.status not in _REDIRECTS:
                return page
            target = urljoin(page.url, page.headers["Location"])
            if urlsplit(target).netloc != self.base.netloc:
                return page  # to somebody else's site: the test looks at the address only
            page = self.send("GET", target)
        raise Unexpected(page, "an end to the redirects")

    def _origin(self) -> str:
        return f"{self.base.scheme}://{self.base.netloc}"

    def _keep_cookies(self, lines: Iterable[str]) -> None:
        for line in lines:
            first, *attributes = [part.strip() for part in line.split(";")]
            name, _, value = first.partition("=")
            said = {key.lower(): text for key, _, text in (part.partition("=") for part in attributes)}
            if said.get("max-age") == "0" or not value.strip('"'):
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = _Cookie(value, said.get("path", "/"))
