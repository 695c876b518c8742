"""Choose the language of a study's pages; the choice stays with the person, and on this device."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from elicitation.wording import choose, languages_of

from .visits import PersonalVisit, Visit, study_page


@require_POST
@study_page
def language(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Keep the choice and lead back to the page it was made on; a language the study is not in changes nothing."""
    chosen, response = request.POST.get("language", ""), visit.to("study")
    back = request.POST.get("next", "")
    if back.startswith(response["Location"]) and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        response["Location"] = back
    if chosen not in languages_of(visit.study):
        return response
    if isinstance(visit, PersonalVisit):
        choose(participant=visit.participant, language=chosen)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response
