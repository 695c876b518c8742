"""How a person goes back to the panel they came from: the code for how it ended, and the address."""

from dataclasses import dataclass
from typing import Final

from elicitation.models import Panel, Participant
from elicitation.panels.arriving import Arrival

from . import templates

Outcome = Participant.Outcome

CODED: Final = (
    Outcome.COMPLETE,
    Outcome.SCREENED_OUT,
    Outcome.QUOTA_FULL,
    Outcome.NO_CONSENT,
    Outcome.FAILED_CHECKS,
    Outcome.FAULT,
    Outcome.TIMED_OUT,
)
"""Outcomes a panel may want a code for. Who returned the study to the panel has told it already."""


@dataclass(frozen=True)
class WayBack:
    """What to tell a panel (`code`) and where (`url`); either may be empty. `panel` is its name, "" for none."""

    panel: str
    code: str
    url: str


def way_back(participant: Participant, outcome: str = "") -> WayBack | None:
    """Return how a person goes back, by how their way ended or by `outcome`; None where there is nothing to tell.

    Who takes back what they gave after having finished is still paid for it: they keep the code for done.
    """
    outcome = outcome or participant.outcome
    if outcome == Outcome.WITHDRAWN and participant.finished_at:
        outcome = Outcome.COMPLETE
    entry = getattr(participant, "panel_entry", None)
    if entry is not None:
        return leave_for(Arrival(entry.panel, entry.external_id, entry.captured), outcome)
    code = participant.study.completion_code
    return WayBack("", code, "") if code and outcome == Outcome.COMPLETE else None


def leave_for(arrival: Arrival, outcome: str) -> WayBack | None:
    """Return how somebody the panel has sent goes back, also one of whom nothing was stored."""
    panel = arrival.panel
    code = panel.codes.get(outcome, "")
    if not isinstance(code, str):
        code = ""
    values = {**arrival.captured, "id": arrival.external_id, "code": code}
    if code.startswith("https://"):  # a panel with an address of its own for each outcome
        return WayBack(panel.name, "", templates.fill(code, values))
    if not code and outcome == Outcome.COMPLETE:
        code = values["code"] = panel.study.completion_code
    url = templates.fill(panel.return_url, values) if _leads_back(panel, code, outcome) else ""
    return WayBack(panel.name, code, url) if code or url else None


def _leads_back(panel: Panel, code: str, outcome: str) -> bool:
    """Return whether the panel's address says the right thing: without a code in it, it says "done"."""
    if "code" in templates.placeholders_in(panel.return_url):
        return bool(code)
    return bool(panel.return_url) and outcome == Outcome.COMPLETE
