"""What the answer components show: places of a ranking board, levels of a scale, points of a score.

The markup they make works as a plain form. Names posted: `{prefix}place_{key}` with 1..K for a ranking, the given name
for a scale or a score; nothing is chosen beforehand, and what was not touched is posted empty or not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ORDINALS = (_("1st"), _("2nd"), _("3rd"), _("4th"), _("5th"), _("6th"))
PLACE_NAMES = (_("1st place"), _("2nd place"), _("3rd place"), _("4th place"), _("5th place"), _("6th place"))


@dataclass(frozen=True)
class PlaceOption:
    """A place of the board, 1 the best."""

    number: int
    ordinal: str | Promise
    name: str | Promise


@dataclass(frozen=True)
class BoardResponse:
    """A response as the board names it: the letter shown, the key posted, how its text begins, its place or none."""

    label: str
    key: str
    opening: str
    place: int | None


def places(count: int) -> list[PlaceOption]:
    """Return the places of a board for `count` responses (2 to 6)."""
    if not 2 <= count <= len(ORDINALS):
        raise ValueError(f"a board ranks 2 to {len(ORDINALS)} responses, not {count}")
    return [PlaceOption(number=i + 1, ordinal=ORDINALS[i], name=PLACE_NAMES[i]) for i in range(count)]


def board_responses(
    responses: Sequence[str | Mapping[str, object]], values: Mapping[str, object] | None = None
) -> list[BoardResponse]:
    """Read the component's `responses`: letters, or mappings with `label` and perhaps `key` and `text`.

    `values` maps keys to places (numbers or their text); anything else counts as not placed.
    """
    rows: list[Mapping[str, object]] = [{"label": r} if isinstance(r, str) else r for r in responses]
    known = {str(number): number for number in range(1, len(rows) + 1)}
    made = []
    for row in rows:
        label = str(row["label"])
        key = str(row.get("key", label))
        place = known.get(str((values or {}).get(key, "")))
        made.append(BoardResponse(label=label, key=key, opening=_opening(str(row.get("text", ""))), place=place))
    return made


def _opening(text: str, length: int = 70) -> str:
    words = " ".join(text.replace("*", "").replace("#", "").split())
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"
