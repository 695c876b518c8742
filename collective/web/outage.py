"""Answer while the database is away: 503, when to try again, and nothing of what was typed lost.

A restart of the database takes seconds, and whoever sends a form at that moment has only to send it again. A page that
participants fill in comes back as a form that does so by a press of its button, without JavaScript too.
"""

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

RETRY_AFTER_SECONDS = 5
PARTICIPANTS_PREFIX = "/p/"


def is_outage(error: BaseException | None) -> bool:
    """Return whether an error says that the database could not be reached or could not do its work just now.

    A connection that breaks during a query is a plain `DatabaseError`; errors of the query itself are of a subclass.
    """
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError


def out_of_service(request: HttpRequest, *, as_json: bool) -> HttpResponse:
    """Answer 503; a form of a participant's comes back with all that was in it, to be sent again."""
    response: HttpResponse
    if as_json:
        response = JsonResponse({"detail": _("The database cannot be reached just now. Try again in a moment.")})
    else:
        context = {
            "language": get_language(),
            "is_right_to_left": get_language_bidi(),
            "address": request.get_full_path(),
            "fields": _sent(request),
        }
        response = HttpResponse(render_to_string("503.html", context))
    response.status_code = 503
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def _sent(request: HttpRequest) -> list[tuple[str, object]]:
    """Return a participant's form as it was sent. What the staff send may be secret and is not shown again."""
    if request.method != "POST" or not request.path.startswith(PARTICIPANTS_PREFIX):
        return []
    return [(name, value) for name, values in request.POST.lists() for value in values]
