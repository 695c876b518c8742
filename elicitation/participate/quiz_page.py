"""The page of the onboarding quiz: what a criterion is, the questions, and after each attempt what was right."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from elicitation import intake, quiz, wording
from elicitation.models import QuizAttempt

from .visits import PersonalVisit, personal_page

_FIELD = "item_"


@dataclass(frozen=True)
class ShownItem:
    """A question as the page shows it: its options with the one chosen, and what is to be said about that."""

    name: str
    kind: str
    question: str
    options: list[dict[str, Any]]
    result: quiz.ItemResult | None
    error: str
    feedback: str
    """Why the answer of the last attempt is right or wrong."""

    @property
    def chosen(self) -> str:
        """The text of the chosen option."""
        return next((option["text"] for option in self.options if option["checked"]), "")


@require_http_methods(["GET", "HEAD", "POST"])
@personal_page
def quiz_page(request: HttpRequest, visit: PersonalVisit) -> HttpResponse:
    """Ask the quiz, count an attempt, and show what was right and why."""
    if intake.is_due(visit.participant):
        return visit.to("about-you")
    last = visit.participant.quiz_attempts.order_by("-number").first()
    if request.method == "POST":
        return _count(request, visit, last)
    if last is None and not quiz.is_due(visit.participant):
        return visit.to("next")
    return _page(request, visit, last)


def _count(request: HttpRequest, visit: PersonalVisit, last: QuizAttempt | None) -> HttpResponse:
    names = [name for name in request.POST if name.startswith(_FIELD)]
    given = {name.removeprefix(_FIELD): request.POST.get(name, "") for name in names}
    sent = request.POST.get("number", "")
    try:
        quiz.attempt(
            participant=visit.participant,
            answers=given,
            number=int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 4 else None,
        )
    except quiz.QuizRefused as refused:
        return _page(request, visit, last, given=given, errors=refused.errors)
    except quiz.QuizNotDue:
        return visit.to("next")
    response = HttpResponseRedirect(visit.url("quiz") + "#result")
    response.status_code = 303
    return response


def _page(
    request: HttpRequest,
    visit: PersonalVisit,
    last: QuizAttempt | None,
    *,
    given: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HttpResponse:
    version = last.protocol if last else quiz.version_of(visit.participant)
    definition = version.quiz
    due = quiz.is_due(visit.participant)
    results = quiz.results(definition, last) if last else {}
    say = wording.speaker(version, visit.language, written_in=wording.source_language(visit.study))
    items = [
        _shown(item, results.get(item["key"]), (errors or {}).get(item["key"], ""), given, say)
        for item in definition["items"]
    ]
    context = {
        "study": visit.study,
        "own_link": visit.own_link,
        "person": visit.participant.key,
        "items": items,
        "last": last,
        "due": due,
        "passed": bool(last and last.passed),
        "total": len(items),
        "needed": quiz.needed(definition),
        "attempts": definition["attempts"],
        "attempts_left": quiz.attempts_left(visit.participant),
        "number": last.number + 1 if last else 1,
        "errors": [
            (f"{item.name}-1", _("Question %(number)d: %(problem)s") % {"number": number, "problem": item.error})
            for number, item in enumerate(items, start=1)
            if item.error
        ],
    }
    return render(request, "participate/quiz.html", context, status=422 if errors else 200)


def _shown(
    item: Mapping[str, Any],
    result: quiz.ItemResult | None,
    error: str,
    given: Mapping[str, str] | None,
    say: Callable[[str], str],
) -> ShownItem:
    """Show an item; after an attempt what was chosen stays so, to be read beside the feedback and changed."""
    chosen = given.get(item["key"], "") if given is not None else result.chosen if result else ""
    return ShownItem(
        name=f"{_FIELD}{item['key']}",
        kind=str(quiz.KINDS[item["kind"]]) if item["kind"] != "other" else "",
        question=say(item["question"]),
        options=[
            {"key": option["key"], "text": say(option["text"]), "checked": option["key"] == chosen}
            for option in item["options"]
        ],
        result=result,
        error=error,
        feedback=say(result.feedback) if result and result.feedback else "",
    )
