"""The attributes at the end of a heading: `## Title {#id authority=root tags=a,b}`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

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
    before, inside = _split_braces(text)
    found = _read_tokens(inside)
    if found is None:
        return HeadingAttributes(title=_without_closing_hashes(text))
    title = _without_closing_hashes(before)
    name = found.pop("#", "")
    authority = found.pop("authority", "")
    tags = tuple(tag for tag in re.split(r"[,;]", found.pop("tags", "")) if tag)
    return HeadingAttributes(title=title, id=name, authority=authority, tags=tags, other=MappingProxyType(found))


# Ends of lines are looked at from the end: a regular expression that searches for them takes the square of the length
# of a line full of blanks.


def _split_braces(text: str) -> tuple[str, str]:
    """Return what stands before the braces at the end of a heading, and what stands in them ("" without braces)."""
    kept = text.rstrip(" \t")
    before, opening, inside = kept[:-1].rpartition("{")
    return (before, inside) if kept.endswith("}") and opening and "}" not in inside else (text, "")


def _without_closing_hashes(text: str) -> str:
    """Return the title of a heading that may be closed by hashes: `Title ##` is titled `Title`."""
    kept = text.rstrip(" \t")
    bare = kept.rstrip("#")
    return (bare if not bare or bare[-1] in " \t" else kept).strip()


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
