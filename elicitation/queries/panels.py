"""What is known of a study's panels: who came from them and how it ended, and what they told."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from elicitation.models import Panel, PanelEvent, Participant, Study
from elicitation.panels import hearing


@dataclass(frozen=True)
class PanelPeople:
    """How many people came from a panel, by how it ended ("" while they are under way), in the outcomes' order."""

    by_outcome: Mapping[str, int]

    @property
    def total(self) -> int:
        """Everybody who came."""
        return sum(self.by_outcome.values())

    @property
    def under_way(self) -> int:
        """Who has not ended."""
        return self.by_outcome.get("", 0)

    @property
    def ended(self) -> list[tuple[str, int]]:
        """The outcomes there are, as (name, number)."""
        labels = dict(Participant.Outcome.choices)
        return [(str(labels[outcome]), self.by_outcome[outcome]) for outcome in labels if self.by_outcome.get(outcome)]


def people_by_panel(study: Study) -> dict[int, PanelPeople]:
    """Return who came from each of a study's panels, by the panel's key."""
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    rows = (
        study.participants.filter(panel_entry__isnull=False)
        .values_list("panel_entry__panel", "outcome")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for panel, outcome, number in rows:
        counted[panel][outcome] = number
    return {panel: PanelPeople(counted.get(panel, {})) for panel in study.panels.values_list("pk", flat=True)}


def latest_events(panel: Panel, *, limit: int = 30) -> list[PanelEvent]:
    """Return what a panel told last, the latest first."""
    return list(panel.events.order_by("-received_at", "-pk")[:limit])


def effect_words(event: PanelEvent) -> str:
    """Say what came of a panel's message."""
    if event.effect.startswith(hearing.ENDED):
        outcome = dict(Participant.Outcome.choices).get(event.effect.removeprefix(hearing.ENDED), "")
        return _("The person's way has ended: %(outcome)s.") % {"outcome": outcome}
    said = {
        hearing.NOBODY: _("Nobody of this study."),
        hearing.NOTHING: _("Nothing to do."),
        hearing.ANOTHER: _("Another submission of this person, not of this study."),
        hearing.HAD_ENDED: _("The person's way had ended before."),
    }
    return said.get(event.effect, event.effect)
