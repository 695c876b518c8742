"""What the pages of the builder have in common: the list of concerns beside each."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from elicitation.models import Study
from elicitation.protocols import draft_of, is_in_force, written
from elicitation.queries.readiness import State, readiness
from elicitation.staff.frame import render_page


@dataclass(frozen=True)
class Concern:
    """A page of the builder: the part of the study it is about, its address's name, what it is called."""

    key: str
    label: str | Promise

    @property
    def address(self) -> str:
        """The name of its address."""
        return f"elicitation:build-{self.key}"


CONCERNS: Final = (
    Concern("texts", _("Texts")),
    Concern("prompts", _("Prompts and responses")),
    Concern("steps", _("Steps of a task")),
    Concern("intake", _("Intake survey")),
    Concern("quiz", _("Quiz")),
    Concern("languages", _("Languages")),
    Concern("quotas", _("Quotas")),
    Concern("limits", _("Limits and assignment")),
    Concern("pay", _("Pay")),
    Concern("publishing", _("Keeping and publishing")),
    Concern("versions", _("Versions")),
    Concern("preview", _("Preview")),
    Concern("status", _("Status")),
)
LABELS: Final = {concern.key: concern.label for concern in CONCERNS}

TONES: Final = {State.READY: "good", State.MISSING: "warn", State.OPTIONAL: ""}
STATE_LABELS: Final = {State.READY: _("Ready"), State.MISSING: _("Missing"), State.OPTIONAL: _("Optional")}


def render_build(
    request: HttpRequest, template: str, study: Study, concern: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Render a page of the builder; the template extends `elicitation/build/base.html`."""
    states = {part.key: part.state for part in readiness(study)}
    frame = {
        "concern": concern,
        "concern_label": LABELS.get(concern, ""),
        "concerns": [(item, item.key == concern, states.get(item.key) == State.MISSING) for item in CONCERNS],
        "later_concern": _after(concern),
        "nothing_in_force": not is_in_force(study),
        "written": written(study),
        "draft": draft_of(study),
    }
    return render_page(request, f"build/{template}", study, status=status, **{**frame, **context})


def _after(key: str) -> Concern | None:
    keys = [concern.key for concern in CONCERNS]
    place = keys.index(key) + 1 if key in keys else len(keys)
    return CONCERNS[place] if place < len(keys) else None
