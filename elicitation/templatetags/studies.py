"""Filters for pages that show studies, prompts and answers; load as `{% load studies %}`."""

from django import template
from django.conf.locale import LANG_INFO
from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy

from collective.accounts.models import User
from elicitation.models import Assessment, Prompt, Ranking, Role, Study
from elicitation.permissions import may
from elicitation.queries import progress

register = template.Library()

STATUS_TONES = {
    Study.Status.PILOT: "info",
    Study.Status.RUNNING: "accent",
    Study.Status.PAUSED: "warn",
}


@register.filter
def opening(prompt: Prompt, length: int = 110) -> str:
    """Return how the person's last message of a prompt begins, on one line."""
    said = [message["content"] for message in prompt.messages if message["role"] == "user"]
    text = " ".join(said[-1].split()) if said else prompt.key
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    # Back to the last blank, unless the text has none, as in Japanese.
    return cut.rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


@register.filter
def edited_by(study: Study, user: User | AnonymousUser) -> bool:
    """Return whether a user may change a study."""
    return may(user, study, Role.RESEARCHER)


@register.filter
def status_tone(study: Study) -> str:
    """Return the tone of the badge that shows a study's status."""
    return STATUS_TONES.get(Study.Status(study.status), "")


@register.filter
def intake_name(key: str) -> str | Promise:
    """Return the short name of an intake question."""
    return progress.name_of(key)


STEP_NAMES: dict[str, Promise] = {
    "reading": gettext_lazy("Reading"),
    "unacceptable": gettext_lazy("What is unacceptable"),
    "personal": gettext_lazy("Ranking for oneself"),
    "world": gettext_lazy("Ranking for the world"),
    "scales": gettext_lazy("Scales"),
    "importance": gettext_lazy("Importance"),
    "representativeness": gettext_lazy("Likely to ask"),
    "subjectivity": gettext_lazy("One correct answer"),
    "criteria": gettext_lazy("Criteria"),
    "own_criterion": gettext_lazy("Own criterion"),
}


@register.filter
def step_name(key: str) -> str | Promise:
    """Return the short name of a step or screen whose time is kept."""
    return STEP_NAMES.get(key, key)


@register.filter
def signed(value: float | None, digits: int = 1) -> SafeString:
    """Write a number with its sign, a true minus, and so many digits; a dash for none."""
    if value is None:
        return mark_safe("–")
    sign = "+" if round(value, digits) > 0 else "−" if round(value, digits) < 0 else ""
    return mark_safe(f"{sign}{abs(value):.{digits}f}")  # noqa: S308 (a number)


@register.filter
def ranking_in(assessment: Assessment, block: str) -> Ranking | None:
    """Return an assessment's ranking in a block, None where that was not asked; reads what was prefetched."""
    return next((ranking for ranking in assessment.rankings.all() if ranking.block == block), None)


@register.filter
def language_name(code: str) -> str:
    """Return the name of a language in the language of the page; the code where it has no name."""
    known = LANG_INFO.get(code) or LANG_INFO.get(code.split("-")[0]) or {}
    return gettext(known["name"]) if "name" in known else code
