"""Say a flag's evidence in a sentence."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import kinds

Evidence = Mapping[str, Any]


def evidence_sentence(kind: str, evidence: Evidence) -> str:
    """Return the evidence of a flag in a sentence; "" for a kind, or an evidence, that is not known any more."""
    say = _SENTENCES.get(kind)
    try:
        return say(evidence) if say else ""
    except (KeyError, TypeError, ValueError, StopIteration):
        return ""


def _percent(share: float) -> str:
    return number_format(100 * share, 0)


def _too_fast(evidence: Evidence) -> str:
    return _("In the middle step %(percent)s %% of the usual time; %(seconds)s seconds for a whole task.") % {
        "percent": _percent(evidence["share_of_median_time"]),
        "seconds": number_format(evidence["median_seconds"], 0),
    }


def _same_positions(evidence: Evidence) -> str:
    return _("%(times)d of %(of)d rankings of this kind read %(pattern)s in the letters on the screen.") % {
        "times": evidence["times"],
        "of": evidence["of_rankings"],
        "pattern": evidence["pattern_on_screen"],
    }


def _same_levels(evidence: Evidence) -> str:
    named = {"times": evidence["times"], "of": evidence["of"], "percent": _percent(evidence["share_among_others"])}
    if evidence["what"] == "scores":
        sentence = _("%(times)d of %(of)d scores are %(value)d; among others %(percent)s %% are.")
        return sentence % {**named, "value": evidence["value"]}
    return _("The scales have the same levels on %(times)d of %(of)d tasks; others: %(percent)s %%.") % named


def _all_ties(evidence: Evidence) -> str:
    return _("%(times)d of %(of)d rankings tie everything; of others' rankings %(percent)s %% do.") % {
        "times": evidence["tied_everything"],
        "of": evidence["of_rankings"],
        "percent": _percent(evidence["share_among_others"]),
    }


def _repeated(evidence: Evidence) -> str:
    return _("On %(times)d of %(of)d tasks with a text it is one the person had written before.") % {
        "times": evidence["tasks_with_repeated_text"],
        "of": evidence["tasks_with_text"],
    }


def _copied(evidence: Evidence) -> str:
    return ngettext(
        "%(n)d text is like one sent before by somebody else, on %(percent)s %% of its characters.",
        "%(n)d texts are like ones sent before by somebody else, on %(percent)s %% of their characters.",
        evidence["texts"],
    ) % {"n": evidence["texts"], "percent": _percent(evidence["likeness"])}


def _from_page(evidence: Evidence) -> str:
    return _("On %(times)d of %(of)d tasks with a text, %(percent)s %% of it stands on the page.") % {
        "times": evidence["texts"],
        "of": evidence["tasks_with_text"],
        "percent": _percent(evidence["share_on_page"]),
    }


def _unacceptable(evidence: Evidence) -> str:
    return _("Unacceptable: %(unacceptable)s; in first place: %(first)s.") % {
        "unacceptable": ", ".join(evidence["unacceptable"]),
        "first": _letters(evidence["first"]),
    }


def _other_winner(evidence: Evidence) -> str:
    named = next(value for value in evidence.values() if isinstance(value, dict))
    first = " = ".join(named["ranked_first"])
    if "says_best" in named:
        sentence = _("Says that %(said)s is the best, and puts %(first)s first (letters as on the screen).")
        return sentence % {"said": ", ".join(named["says_best"]), "first": first}
    sentence = _("Says that %(said)s is the worst, and puts %(first)s first (letters as on the screen).")
    return sentence % {"said": ", ".join(named["says_worst"]), "first": first}


def _attention(evidence: Evidence) -> str:
    return _("Asked to put %(asked)s first, put %(first)s first.") % {
        "asked": evidence["asked_for"],
        "first": _letters(evidence["first"]),
    }


def _unsteady(evidence: Evidence) -> str:
    return ngettext(
        "Tau-b of first and second order: %(tau)s, over %(n)d ranking.",
        "Tau-b of first and second order: %(tau)s, over %(n)d rankings.",
        evidence["rankings_compared"],
    ) % {"tau": number_format(evidence["tau_b"], 2), "n": evidence["rankings_compared"]}


def _uneven(evidence: Evidence) -> str:
    return _("Agreement with the others: %(odd)s on odd tasks, %(even)s on even ones.") % {
        "odd": number_format(evidence["agreement_on_odd_tasks"], 2),
        "even": number_format(evidence["agreement_on_even_tasks"], 2),
    }


def _pasted(evidence: Evidence) -> str:
    return _("%(times)d of %(of)d longer texts, %(percent)s %% of their characters pasted.") % {
        "times": evidence["texts_pasted"],
        "of": evidence["longer_texts"],
        "percent": _percent(evidence["share_pasted"]),
    }


def _typed(evidence: Evidence) -> str:
    return _("%(times)d of %(of)d longer texts; up to %(rate)s characters a second.") % {
        "times": evidence["texts"],
        "of": evidence["longer_texts"],
        "rate": number_format(evidence["characters_per_second"], 0),
    }


def _machine(evidence: Evidence) -> str:
    return _("%(times)d of %(of)d tasks with a text; up to %(most)d different marks in one.") % {
        "times": evidence["texts"],
        "of": evidence["tasks_with_text"],
        "most": evidence["most_marks_in_one"],
    }


def _letters(first: Mapping[str, list[str]]) -> str:
    return " / ".join(dict.fromkeys(" = ".join(letters) for letters in first.values()))


_SENTENCES: Final[Mapping[str, Callable[[Evidence], str]]] = {
    kinds.TOO_FAST: _too_fast,
    kinds.SAME_POSITIONS: _same_positions,
    kinds.SAME_LEVELS: _same_levels,
    kinds.ALL_TIES: _all_ties,
    kinds.REPEATED_TEXT: _repeated,
    kinds.COPIED_FROM_PERSON: _copied,
    kinds.COPIED_FROM_PAGE: _from_page,
    kinds.UNACCEPTABLE_FIRST: _unacceptable,
    kinds.OTHER_WINNER: _other_winner,
    kinds.ATTENTION_FAILED: _attention,
    kinds.UNSTEADY: _unsteady,
    kinds.UNEVEN_HALVES: _uneven,
    kinds.PASTED: _pasted,
    kinds.TYPED_TOO_FAST: _typed,
    kinds.MACHINE_PHRASES: _machine,
}
