"""Addresses with placeholders, such as `https://example.org/complete?cc={code}`, filled in without harm.

The scheme is https and host and port are fixed: nothing that came with a person can lead them elsewhere. Every value
is percent-encoded whole, so that it stays one value.
"""

import re
from collections.abc import Collection, Mapping
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext as _

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PLAIN = re.compile(r"[!-~]+")  # printable ASCII without spaces: anything else would have to be encoded anyway
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?")


def placeholders_in(template: str) -> set[str]:
    """Return the names between braces."""
    return set(_PLACEHOLDER.findall(template))


def problem_with(template: str, known: Collection[str]) -> str:
    """Say in a sentence what is wrong with a template, "" if nothing is; `known` are the names it may use."""
    if not _PLAIN.fullmatch(template):
        return _("An address has no spaces and no letters but a to z; write others percent-encoded.")
    if not template.startswith("https://") or not _HOST.fullmatch(_host(template)):
        return _("The address must begin with https:// and the name of a host.")
    if unknown := sorted(placeholders_in(template) - set(known)):
        return _("%(name)s is no placeholder. There are: %(known)s.") % {
            "name": "{" + unknown[0] + "}",
            "known": ", ".join("{" + name + "}" for name in known),
        }
    if re.search(r"[{}]", _PLACEHOLDER.sub("", template)):
        return _("A brace stands alone: placeholders are written as {code}.")
    return ""


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return the address with every placeholder replaced by its value; one without a value becomes empty."""
    return _PLACEHOLDER.sub(lambda found: quote(values.get(found[1], ""), safe=""), template)


def _host(template: str) -> str:
    try:
        return urlsplit(template).netloc
    except ValueError:
        return ""
