"""What a version asks otherwise than another, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from elicitation.models import Participant, ProtocolVersion, Study
from elicitation.protocol import CHOICE

from .checking import stored_steps
from .names import STEP_NAMES, TEXT_NAMES


@dataclass(frozen=True)
class Difference:
    """Something that was changed: where, and how it reads before and after; empty where it was not there."""

    where: str
    before: str
    after: str


def differences(old: ProtocolVersion, new: ProtocolVersion) -> list[Difference]:
    """Return what people are asked and told otherwise by a version than by one before it."""
    return [
        *_of_steps(stored_steps(old), stored_steps(new)),
        *_of_intake(old.intake, new.intake),
        *_of_quiz(old.quiz, new.quiz),
        *_of_texts(old.texts, new.texts),
    ]


def _of_steps(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    before = {step["key"]: step for step in old}
    for step in new:
        name, former = str(STEP_NAMES[step["key"]]), before[step["key"]]
        if former["question"] != step["question"]:
            where = _("%(step)s: wording") % {"step": name}
            yield Difference(where, _(former["question"]), _(step["question"]))
        if former["asked"] != step["asked"]:
            yield Difference(_("%(step)s: asked in") % {"step": name}, _forms(former["asked"]), _forms(step["asked"]))
    orders = [[step["key"] for step in steps] for steps in (old, new)]
    if orders[0] != orders[1]:
        yield Difference(_("Order of the steps"), *(_names(order) for order in orders))


def _of_intake(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    before = {question["key"]: question for question in old}
    after = {question["key"]: question for question in new}
    for key in dict.fromkeys([*before, *after]):
        texts = [_as_text(questions.get(key)) for questions in (before, after)]
        if texts[0] != texts[1]:
            yield Difference(_("Intake survey: %(key)s") % {"key": key}, *texts)
    kept = [[key for key in questions if key in before and key in after] for questions in (before, after)]
    if kept[0] != kept[1]:
        yield Difference(_("Order of the intake survey"), ", ".join(kept[0]), ", ".join(kept[1]))


def _of_quiz(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    if old != new:
        yield Difference(_("Quiz"), _quiz(old), _quiz(new))


def _of_texts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """Compare what two versions in force told; a draft tells nothing yet."""
    if not old or not new:
        return
    for key, name in TEXT_NAMES.items():
        texts = [_text(key, version.get(key)) for version in (old, new)]
        if texts[0] != texts[1]:
            yield Difference(str(name), *texts)


def _forms(asked: Mapping[str, bool]) -> str:
    named = [str(form.label) for form in Participant.Form if asked.get(form.value)]
    return ", ".join(named) or _("not asked")


def _names(keys: Sequence[str]) -> str:
    return "; ".join(str(STEP_NAMES[key]) for key in keys)


def _as_text(question: Mapping[str, Any] | None) -> str:
    if question is None:
        return ""
    lines = [_(question["question"])]
    if question["kind"] == CHOICE:
        lines += [f"– {_(option)}" for option in question["options"]]
    else:
        lines.append(_("(answered in one's own words)"))
    if question.get("required"):
        lines.append(_("(has to be answered)"))
    return "\n".join(lines)


def _quiz(quiz: Mapping[str, Any]) -> str:
    if not quiz:
        return _("no quiz")
    lines = [_(item["question"]) for item in quiz["items"]]
    lines.append(
        _("Pass mark: %(share)d %%, attempts: %(attempts)d")
        % {"share": round(100 * quiz["pass_mark"]), "attempts": quiz["attempts"]}
    )
    return "\n".join(lines)


def _text(key: str, value: Any) -> str:
    if key != "publishes":
        return str(value or "")
    return "\n".join(str(Study.Part(part).label) for part in value or ())
