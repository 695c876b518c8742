"""The attributes at the end of a heading: `## Title {#id authority=root tags=a,b}`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_BRACES = re.compile(r"[ \t]*\{([^{}]*)\}[ \t]*$")
_CLOSING_HASHES = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
_TOKEN = re.compile(r"#(?P<id>[^\s{}#=\"]+)|(?P<key>[A-Za-z_][\w-]*)=(?:\"(?P<quoted>[^\"]*)\"|(?P<bare>[^\s\"]*))")


@dataclass(frozen=True)
class HeadingAttributes:
    """What stands in a heading: its title, and id (empty if none), authority, tags and the rest of its braces."""

    title: str
    id: str = ""
    authority: str = ""
    tags: tuple[str, ...] = ()
    other: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def read_heading(text: str) -> HeadingAttributes:
    """Read the text of a heading (without its leading hashes).

    Braces in which anything is neither `#id` nor `key=value` belong to the title.
    """
    braces = _BRACES.search(text)
    found = _read_tokens(braces.group(1)) if braces else None
    if braces is None or found is None:
        return HeadingAttributes(title=_CLOSING_HASHES.sub("", text).strip())
    title = _CLOSING_HASHES.sub("", text[: braces.start()]).strip()
    name = found.pop("#", "")
    authority = found.pop("authority", "")
    tags = tuple(tag for tag in re.split(r"[,;]", found.pop("tags", "")) if tag)
    return HeadingAttributes(title=title, id=name, authority=authority, tags=tags, other=MappingProxyType(found))


def _read_tokens(inside: str) -> dict[str, str] | None:
    found: dict[str, str] = {}
    position = 0
    while position < len(inside):
        if inside[position].isspace():
            position += 1
            continue
        token = _TOKEN.match(inside, position)
        if token is None:
            return None
        if token["id"] is not None:
            found["#"] = token["id"]
        else:
            found[token["key"]] = token["quoted"] if token["quoted"] is not None else token["bare"]
        position = token.end()
    return found or None
