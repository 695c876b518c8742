"""Who comes from a panel, read from the parameters of the address they open."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from elicitation.models import Panel, PanelEntry, Participant, Study

LONGEST_VALUE: Final = 200
# A placeholder that was not replaced: {{%PROLIFIC_PID%}}, %SURVEY_CODE%, ${id}, [ID]. All who came by it would be one.
_UNFILLED: Final = re.compile(r"^(\{.*\}|%\w+%|\$\{.*\}|\[.*\]|<.*>)$")


class UnfitId(Exception):
    """The address names a person in a way that cannot be right."""


@dataclass(frozen=True)
class Arrival:
    """A person as a panel's parameters name them."""

    panel: Panel
    external_id: str
    captured: dict[str, str] = field(default_factory=dict)


def read_arrival(study: Study, parameters: QueryDict) -> Arrival | None:
    """Return who comes from which of a study's panels; None where the address names nobody.

    A panel that takes nobody in any more comes after those that do: whoever came from it before may come again.
    Raises `UnfitId`.
    """
    if not parameters:
        return None
    for panel in study.panels.order_by("-is_active", "pk"):
        if panel.id_parameter in parameters:
            external_id = _read_id(parameters.getlist(panel.id_parameter))
            captured = {name: _clean(parameters.get(name, "")) for name in panel.captured_parameters}
            return Arrival(panel, external_id, {name: value for name, value in captured.items() if value})
    return None


def find_entry(arrival: Arrival) -> PanelEntry | None:
    """Return how the panel knows a person who came before, also by an earlier panel that named people alike."""
    found = PanelEntry.objects.filter(
        panel__study=arrival.panel.study_id,
        panel__id_parameter=arrival.panel.id_parameter,
        external_id=arrival.external_id,
    )
    return found.select_related("participant", "panel").order_by("-panel__is_active", "pk").first()


def note_return(entry: PanelEntry, arrival: Arrival) -> None:
    """Keep the parameters a person came with last: a panel tells of them by these."""
    if arrival.captured and entry.captured != arrival.captured:
        entry.captured = arrival.captured
        entry.save(update_fields=["captured"])


def note_entry(arrival: Arrival, participant: Participant) -> PanelEntry:
    """Note how a panel knows a person. Raises `IntegrityError` where it knows somebody else so."""
    return PanelEntry.objects.create(
        panel=arrival.panel,
        participant=participant,
        external_id=arrival.external_id,
        captured=arrival.captured,
    )


def _read_id(values: Iterable[str]) -> str:
    ids = {value.strip() for value in values}
    external_id = ids.pop() if len(ids) == 1 else ""
    if not external_id or len(external_id) > LONGEST_VALUE or _clean(external_id) != external_id:
        raise UnfitId(
            _("The address names you in a way that cannot be read. Perhaps a part of it was lost on the way.")
        )
    if _UNFILLED.match(external_id):
        raise UnfitId(
            _("The address does not name you: its placeholder was not filled in. Open the study from the panel's page.")
        )
    return external_id


def _clean(value: str) -> str:
    return "".join(character for character in value if character.isprintable()).strip()[:LONGEST_VALUE]
