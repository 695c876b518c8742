"""Set a study's quotas, also while people take places in them."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record
from elicitation.assignment import State, queue_up
from elicitation.models import Assessment, Assignment, Participant, Quota, QuotaPlace, Study
from elicitation.protocol import CHOICE, default_intake

from .taking import answers_of, fits, hold

LONGEST_LABEL: Final = 200
MOST_PLACES: Final = 1_000_000


class QuotasRefused(Exception):
    """The quotas cannot be set so; `errors` says why in sentences, by the quota's number in the list, from 0."""

    def __init__(self, errors: Mapping[int, Sequence[str]]) -> None:
        super().__init__(" ".join(sentence for sentences in errors.values() for sentence in sentences))
        self.errors = {number: list(sentences) for number, sentences in errors.items()}


def choosable(study: Study) -> dict[str, list[str]]:
    """Return the intake questions that quotas can be made of, with their answers, in normal form."""
    surveys = [question for version in study.protocols.all() for question in version.intake] or default_intake()
    found: dict[str, list[str]] = {}
    for question in surveys:
        if question["kind"] == CHOICE:
            answers = found.setdefault(question["key"], [])
            answers.extend(answer for answer in map(_normal, question["options"]) if answer not in answers)
    return found


@transaction.atomic
def set_quotas(*, by: User | None, study: Study, quotas: Sequence[Mapping[str, Any]]) -> list[Quota]:
    """Let these be a study's quotas, in this order, and return them.

    Each is `{"label": ..., "places": ..., "conditions": {question: [answers]}}`, with the `"id"` of a quota there is
    where that one is meant under a new label. People who take part are seated anew: they hold a place in every quota
    they now fit, even where those are more than it has, since nobody is sent away who came in before.

    Raises `QuotasRefused`; nothing is then changed. Setting what stands already leaves no trace.
    """
    wanted = [_cleaned(quota) for quota in quotas]
    if errors := _errors(wanted, choosable(study)):
        raise QuotasRefused(errors)
    queue_up(study)
    before = [_described(quota) for quota in study.quotas.all()]
    kept = _matched(study, wanted)
    after = [{name: quota[name] for name in ("label", "places", "conditions")} for quota in wanted]
    if before == after:
        return list(study.quotas.all())
    _store(study, wanted, kept)
    _seat_anew(study)
    record(
        by=by,
        action="study.quotas_set",
        target=f"study:{study.slug}",
        study=study.slug,
        details={"from": before, "to": after},
    )
    return list(study.quotas.all())


def _cleaned(quota: Mapping[str, Any]) -> dict[str, Any]:
    conditions = {
        key: list(dict.fromkeys(map(_normal, answers))) for key, answers in dict(quota.get("conditions") or {}).items()
    }
    return {
        "id": quota.get("id"),
        "label": str(quota.get("label", "")).strip(),
        "places": quota.get("places"),
        "conditions": conditions,
    }


def _errors(wanted: Sequence[Mapping[str, Any]], choices: Mapping[str, Sequence[str]]) -> dict[int, list[str]]:
    labels = [quota["label"] for quota in wanted]
    errors = {}
    for number, quota in enumerate(wanted):
        found = _problems(quota, choices)
        if quota["label"] in labels[:number]:
            found.append(_("There is another quota of this name."))
        if found:
            errors[number] = found
    return errors


def _problems(quota: Mapping[str, Any], choices: Mapping[str, Sequence[str]]) -> list[str]:
    problems = []
    if not quota["label"]:
        problems.append(_("The quota needs a name."))
    elif len(quota["label"]) > LONGEST_LABEL:
        problems.append(_("The name has more than %(limit)d characters.") % {"limit": LONGEST_LABEL})
    places = quota["places"]
    if not isinstance(places, int) or isinstance(places, bool) or not 0 <= places <= MOST_PLACES:
        problems.append(_("The number of places is a whole number, 0 or more."))
    for key, answers in quota["conditions"].items():
        if key not in choices:
            problems.append(_("The intake has no question “%(key)s” with answers to choose from.") % {"key": key})
        elif not answers:
            problems.append(_("Choose at least one answer to “%(key)s”, or leave the question out.") % {"key": key})
        problems.extend(
            _("“%(answer)s” is no answer to “%(key)s”.") % {"answer": answer, "key": key}
            for answer in answers
            if key in choices and answer not in choices[key]
        )
    return problems


def _matched(study: Study, wanted: Sequence[Mapping[str, Any]]) -> list[Quota | None]:
    """Return, for each wanted quota, the one there is that it changes: by its id, else by its label."""
    there = list(study.quotas.all())
    by_id = {quota.pk: quota for quota in there}
    named = {quota["id"] for quota in wanted if quota["id"] in by_id}
    by_label = {quota.label: quota for quota in there if quota.pk not in named}
    return [by_id.pop(quota["id"], None) or by_label.get(quota["label"]) for quota in wanted]


def _store(study: Study, wanted: Sequence[Mapping[str, Any]], kept: Sequence[Quota | None]) -> None:
    study.quotas.exclude(pk__in=[quota.pk for quota in kept if quota]).delete()
    # Labels are unique, and two quotas may swap theirs.
    study.quotas.update(label=Concat(Value("#"), Cast(F("pk"), CharField())))
    for position, (quota, there) in enumerate(zip(wanted, kept, strict=True)):
        stored = there or Quota(study=study)
        stored.label, stored.places, stored.conditions = quota["label"], quota["places"], quota["conditions"]
        stored.position = position
        stored.save()


def _seat_anew(study: Study) -> None:
    """Give everybody who takes part the places that their answers call for now; imported people came otherwise."""
    quotas = list(study.quotas.all())
    begun = Q(Exists(Assessment.objects.filter(participant=OuterRef("pk"))))
    at_work = Q(Exists(Assignment.objects.filter(participant=OuterRef("pk"), state=State.RESERVED)))
    seated = Q(Exists(QuotaPlace.objects.filter(participant=OuterRef("pk"))))
    people = list(
        study.participants.filter(begun | at_work | seated, outcome__in=["", Participant.Outcome.COMPLETE])
        .exclude(source=Participant.Source.IMPORTED)
        .exclude(pilot=Participant.Pilot.LEFT_OUT, outcome=Participant.Outcome.COMPLETE)
        .order_by("pk")
    )
    answers = answers_of(people)
    for person in people:
        hold(person, [quota for quota in quotas if fits(quota, answers.get(person.pk, {}))])


def _described(quota: Quota) -> dict[str, Any]:
    return {"label": quota.label, "places": quota.places, "conditions": quota.conditions}


def _normal(answer: object) -> str:
    return unicodedata.normalize("NFKC", str(answer)).strip()
