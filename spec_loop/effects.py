"""What was measured of a proposal, read from the JSON it is kept as, for pages.

The shape is that of `spec_loop.loop.concluding.effect_json`; whatever is missing is None or empty here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from elicitation.queries.progress import name_of

# Beyond this many rows a plot shows those that lose most; its table has all.
MOST_ROWS = 16


@dataclass(frozen=True)
class Gain:
    """A change of agreement with its interval; `size` counts the prompts or people it rests on."""

    label: str
    estimate: float | None
    low: float | None
    high: float | None
    size: int | None = None
    section_id: str = ""

    def as_estimate(self) -> dict[str, float | None]:
        """Return it as the component `estimate` takes it."""
        return {"estimate": self.estimate, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Placebo:
    """How many edits without meaning went through the same test, and how many passed it."""

    tested: int
    accepted: int


@dataclass(frozen=True)
class Effect:
    """The measured effect of a proposal."""

    select: Gain | None
    holdout: Gain | None
    corrected: Gain | None
    p_value: float | None
    tested: int | None
    changed: int | None
    sections: tuple[Gain, ...]
    groups: tuple[Gain, ...]
    worst_group: Gain | None
    margin: float | None
    placebo: Placebo | None
    reason: str

    @property
    def is_measured(self) -> bool:
        """Whether anything was measured at all."""
        return self.select is not None or self.holdout is not None

    @property
    def worst_loses_too_much(self) -> bool:
        """Whether the group that fares worst loses more than the margin."""
        worst = self.worst_group.estimate if self.worst_group else None
        return worst is not None and self.margin is not None and worst < -self.margin


def read_effect(effect: Mapping[str, Any] | None) -> Effect:
    """Read the effect of a proposal."""
    effect = effect or {}
    holdout = effect.get("holdout") or {}
    groups = tuple(_group(group) for group in effect.get("groups") or ())
    worst = effect.get("worst_group")
    placebo = effect.get("placebo")
    return Effect(
        select=_gain("", effect.get("select"), "prompts"),
        holdout=_gain("", holdout, "prompts"),
        corrected=_corrected(holdout),
        p_value=_number(holdout, "p_value"),
        tested=holdout.get("tested"),
        changed=holdout.get("changed"),
        sections=tuple(_section(section) for section in effect.get("sections") or ()),
        groups=groups,
        worst_group=_group(worst) if worst else worst_of(groups),
        margin=_number(effect, "margin"),
        placebo=Placebo(placebo.get("tested", 0), placebo.get("accepted", 0)) if placebo else None,
        reason=str(effect.get("reason") or ""),
    )


def worst_of(gains: Sequence[Gain]) -> Gain | None:
    """Return the gain that is least, None of none."""
    known = [gain for gain in gains if gain.estimate is not None]
    return min(known, key=lambda gain: gain.estimate or 0.0, default=None)


def shown_in_plot(gains: Sequence[Gain]) -> list[Gain]:
    """Return those that a plot has room for: the ones that lose most, in the order given."""
    known = sorted((gain for gain in gains if gain.estimate is not None), key=lambda gain: gain.estimate or 0.0)
    chosen = {id(gain) for gain in known[:MOST_ROWS]}
    return [gain for gain in gains if id(gain) in chosen]


def _number(found: Mapping[str, Any], name: str) -> float | None:
    value = found.get(name)
    return float(value) if isinstance(value, int | float) else None


def _gain(label: str, found: Mapping[str, Any] | None, size: str, *, section_id: str = "") -> Gain | None:
    if not found or _number(found, "estimate") is None:
        return None
    return Gain(
        label=label,
        estimate=_number(found, "estimate"),
        low=_number(found, "low"),
        high=_number(found, "high"),
        size=found.get(size),
        section_id=section_id,
    )


def _corrected(holdout: Mapping[str, Any]) -> Gain | None:
    low, high = _number(holdout, "corrected_low"), _number(holdout, "corrected_high")
    if low is None and high is None:
        return None
    return Gain("", _number(holdout, "estimate"), low, high, holdout.get("prompts"))


def _section(found: Mapping[str, Any]) -> Gain:
    name = str(found.get("section", ""))
    label = str(found.get("title") or name)
    return _gain(label, found, "prompts", section_id=name) or Gain(label, None, None, None, section_id=name)


def _group(found: Mapping[str, Any]) -> Gain:
    label = f"{name_of(str(found.get('question', '')))}: {found.get('value', '')}"
    return _gain(label, found, "people") or Gain(label, None, None, None)
