"""What somebody who takes part reads when something went wrong on our side: how to come back, and how to go back."""

import logging
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from elicitation import entry
from elicitation.models import Participant
from elicitation.panels.returning import leave_for, way_back

from .visits import token_of

logger = logging.getLogger(__name__)


def error_page(request: HttpRequest) -> str:
    """Return the page. It names the panel's code for a fault where the person can be found; it needs no database."""
    link = _link(request)
    context: dict[str, Any] = {"link": link}
    try:
        context["way_back"] = _way_back(request, link)
    except Exception:  # whatever broke before may break this too, and a page without a code is better than none
        logger.exception("The way back of a person could not be found.")
    return render_to_string("participate/fault.html", context)


def _link(request: HttpRequest) -> str:
    try:
        return str(resolve(request.path).kwargs.get("link", ""))
    except Resolver404:
        return ""


def _way_back(request: HttpRequest, link: str) -> Any:
    if not link:
        return None
    person = entry.find_participant(link, token_of(request))
    if person is not None:
        return way_back(person, Participant.Outcome.FAULT)
    arrival = entry.way_in(entry.find_study(link), request.GET).arrival
    return leave_for(arrival, Participant.Outcome.FAULT) if arrival else None
