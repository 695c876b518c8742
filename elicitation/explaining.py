"""Say in sentences why a person was given a prompt: all of it to staff, and to the person what cannot sway them."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .assignment.choosing import ANCHOR, ATTENTION, BEGUN, LEAST_COVERED, RETEST
from .models import Assignment


def why(assignment: Assignment) -> list[str]:
    """Return the sentences that say why this prompt was chosen; none for one that no rule of today has given."""
    reason = assignment.reason
    rules = {
        BEGUN: _("It was begun before and its time ran out: what was written waits in it."),
        ANCHOR: _("It is an anchor: everybody is given it, before the others."),
        ATTENTION: _("It is an attention item: everybody is given it, at a drawn place in the middle of their tasks."),
        RETEST: _("It asks an anchor again, near the end, to see how steady the person's answers are."),
        LEAST_COVERED: _("It was the least covered of the prompts that could be given."),
    }
    rule = reason.get("rule")
    if rule not in rules:
        return []
    return [rules[rule], *(_coverage(reason) if rule == LEAST_COVERED else []), _draw(reason)]


def why_shortly(assignment: Assignment) -> str:
    """Return what the person is told, which does not give away attention items, re-tests, or what others think."""
    rule = assignment.reason.get("rule")
    if rule in {ANCHOR, ATTENTION, RETEST}:
        return _("Everybody who takes part is given this one.")
    if rule == BEGUN:
        return _("You had begun this one before.")
    if rule == LEAST_COVERED:
        return _("Of the questions that are left, this is one that the fewest people have answered so far.")
    return ""


def _coverage(reason: Mapping[str, Any]) -> list[str]:
    sentences = []
    if "cell" in reason:
        sentences.append(
            ngettext(
                "Of the people in the quota “%(cell)s”, %(people)d had answered it or was answering it.",
                "Of the people in the quota “%(cell)s”, %(people)d had answered it or were answering it.",
                reason["coverage_in_cell"],
            )
            % {"cell": reason["cell"], "people": reason["coverage_in_cell"]}
        )
    sentences.append(
        ngettext(
            "In all, %(people)d person had answered it or was answering it, of %(target)d wanted.",
            "In all, %(people)d people had answered it or were answering it, of %(target)d wanted.",
            reason["coverage"],
        )
        % {"people": reason["coverage"], "target": reason["target"]}
    )
    if "disagreement" in reason:
        sentences.append(_disagreement(reason["disagreement"]))
    return sentences


def _disagreement(variance: float | None) -> str:
    if variance is None:
        return _("Of equally covered prompts, those people disagree about come first; of this one nothing is known.")
    return _(
        "Of equally covered prompts, those people disagree about come first; here the variance is %(variance)s."
    ) % {"variance": number_format(variance, 4)}


def _draw(reason: Mapping[str, Any]) -> str:
    tied = reason.get("tied", 1)
    if tied == 1:
        return _("No other prompt had as good a claim.")
    return ngettext(
        "%(tied)d prompt had as good a claim; the draw with the study's seed %(seed)d decided.",
        "%(tied)d prompts had as good a claim; the draw with the study's seed %(seed)d decided.",
        tied,
    ) % {"tied": tied, "seed": reason.get("seed", 0)}
