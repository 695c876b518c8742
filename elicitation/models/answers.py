"""The three facts about a question: not asked, skipped, answered."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AnswerState(models.TextChoices):
    """What became of a question that a person might have been asked."""

    NOT_ASKED = "not_asked", _("not asked")
    SKIPPED = "skipped", _("skipped")
    ANSWERED = "answered", _("answered")


def state_field() -> models.CharField:
    """Return the column that says what became of a question."""
    return models.CharField(max_length=9, choices=AnswerState.choices, default=AnswerState.NOT_ASKED)


def answered_exactly_when_present(field: str, *, name: str) -> models.CheckConstraint:
    """Return the constraint that `<field>_state` is "answered" just where `field` holds a value."""
    answered = models.Q(**{f"{field}_state": AnswerState.ANSWERED})
    present = models.Q(**{f"{field}__isnull": False})
    return models.CheckConstraint(condition=(answered & present) | (~answered & ~present), name=name)


def valid_state(field: str, *, name: str) -> models.CheckConstraint:
    """Return the constraint that a state column holds one of the three states."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": AnswerState.values}), name=name)
