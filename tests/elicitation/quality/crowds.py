"""People to look for signs in: the demo's simulated honest ones, as values, and bad ones planted among them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import numpy as np

from datasets.demo.answering import answer, simulate
from datasets.demo.content import LETTERS, prompts
from datasets.demo.loading import OPENED, _step_seconds
from elicitation.quality.given import Asked, Given, Material, Ranked

RETEST = 900


@cache
def honest(count: int = 300, seed: int = 7) -> Material:
    """Return honest people, each of whom also answers the anchor a second time, afresh."""
    crowd = simulate(seed=seed, count=count)
    numbers = {prompt.key: number for number, prompt in enumerate(prompts())}
    asked = {
        number: Asked(
            pk=number,
            key=prompt.key,
            candidates=len(prompt.answers),
            texts=tuple(each.text for each in prompt.answers),
        )
        for number, prompt in enumerate(prompts())
    }
    people: dict[int, list[Given]] = {}
    pk = 0
    rng = np.random.default_rng([seed, 99])
    clock = OPENED
    anchor = None
    for each in crowd.answers:
        pk += 1
        clock += timedelta(seconds=each.seconds)
        person = int(each.person.key.split("-")[1])
        made = as_given(each, pk, person, numbers[each.prompt.key], clock)
        people.setdefault(person, []).append(made)
        if each.position == 0:
            anchor = each.prompt
            pk += 1
            again = answer(each.person, each.prompt, position=50, rng=rng)
            people[person].append(as_given(again, pk, person, RETEST, clock))
    assert anchor is not None
    first = asked[numbers[anchor.key]]
    asked[RETEST] = Asked(RETEST, "again", first.candidates, first.texts, retest_of=first.pk)
    return Material(prompts=asked, people=people)


def as_given(answers: Any, pk: int, person: int, prompt: int, at: Any) -> Given:
    """Return simulated answers as the form of the person asked for them."""
    short = answers.person.short_form
    blocks = {"world": answers.world} if short else {"personal": answers.personal, "world": answers.world}
    return Given(
        pk=pk,
        person=person,
        prompt=prompt,
        position=answers.position,
        submitted_at=at,
        form="short" if short else "long",
        shown_order=answers.shown_order,
        seconds=_step_seconds(answers),
        levels=(answers.importance, answers.representativeness, answers.subjectivity),
        rankings={block: Ranked(ranked.order, ranked.justification) for block, ranked in blocks.items()},
        flags="" if short else answers.flags,
        flags_why="" if short else answers.flag_rationale,
        scores=[score for score in answers.scores if score is not None],
    )


def planted(material: Material, person: int, change: Callable[[Given], Given]) -> Material:
    """Return the material with one person's answers changed."""
    people = dict(material.people)
    people[person] = [change(given) for given in people[person]]
    return replace(material, people=people)


def reworded(given: Given, text: str) -> Given:
    """Return an assessment with another justification everywhere."""
    return replace(given, rankings={block: Ranked(ranked.order, text) for block, ranked in given.rankings.items()})


def reranked(given: Given, order: str) -> Given:
    """Return an assessment with another order everywhere."""
    return replace(given, rankings={block: Ranked(order, ranked.why) for block, ranked in given.rankings.items()})


def rates(material: Material, findings: Any) -> Mapping[str, float]:
    """Return the share of people each kind of finding falls on."""
    people: dict[str, set[int]] = {}
    for finding in findings:
        people.setdefault(finding.kind, set()).add(finding.person)
    return {kind: len(found) / len(material.people) for kind, found in people.items()}


LETTER_COUNT = len(LETTERS)
