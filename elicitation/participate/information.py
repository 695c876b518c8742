"""What a person may look up at any time: who asks, what for, whom to write to, what is kept about them."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from elicitation import wording
from elicitation.models import ProtocolVersion
from elicitation.protocols import in_force

from .visits import PersonalVisit, Visit, study_page


@require_safe
@study_page
def information(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the study's information; who has agreed to take part sees it, and the consent, as it stood then."""
    personal = isinstance(visit, PersonalVisit)
    version = _version(visit)
    texts = version.texts if version and personal else {}
    context = {
        "study": visit.study,
        "information_text": _told(visit, texts, "information"),
        "consent_text": _told(visit, texts, "consent"),
        "publishes": [visit.study.Part(part).label for part in texts.get("publishes") or visit.study.publishes],
        "has_quiz": bool(version and version.quiz),
        "own_link": visit.own_link if isinstance(visit, PersonalVisit) else "",
        "has_come_in": personal,
    }
    return render(request, "participate/information.html", context)


def _told(visit: Visit, texts: Mapping[str, Any], name: str) -> wording.Wording:
    """Return a text as it stood when the person agreed, in their language where it was translated."""
    field = f"{name}_text"
    as_it_stood = texts.get(name) or getattr(visit.study, field)
    return wording.told(visit.study, field, as_it_stood, visit.language, kept_then=texts.get("translations"))


def _version(visit: Visit) -> ProtocolVersion | None:
    if isinstance(visit, PersonalVisit) and visit.participant.protocol is not None:
        return visit.participant.protocol
    try:
        return in_force(visit.study)
    except ProtocolVersion.DoesNotExist:
        return None
