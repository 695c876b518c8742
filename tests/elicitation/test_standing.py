"""Where a person stands: against the plain definition, and silent where it would tell of single people."""

import itertools
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from elicitation import standing
from elicitation.models import Participant, Study
from elicitation.standing import FEWEST_OTHERS, NotYet, begin_to_compare, standings
from measures.pairs import pair_agreement
from measures.rankings import order_of_text
from tests.factories import make_assessment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db

ORDERS = ("A>B>C>D", "B>A=C>D", "A=B>C>D", "D>C>B>A", "C>A>B=D", "A>C>D>B", "A=B=C=D")


def people(study: Study, count: int, **fields: Any) -> list[Participant]:
    """Make people who rank every prompt of a study, each in their own way."""
    made = []
    for number in range(count):
        person = make_participant(study, **fields)
        for prompt in study.prompts.all():
            make_assessment(prompt, person, world=ORDERS[(number + prompt.position) % len(ORDERS)])
        made.append(person)
    return made


@pytest.fixture
def person() -> Participant:
    study = make_study()
    for _ in range(2):
        make_prompt(study)
    person = make_participant(study, outcome="complete", outcome_at=timezone.now())
    for position, prompt in enumerate(study.prompts.all()):
        make_assessment(prompt, person, world="A>B>C>D", shown_order="DCBA", position=position)
    return person


def test_shares_are_of_others_in_the_letters_seen(person: Participant):
    people(person.study, 14)
    (found,) = standings(person)
    first = found.first_choices[0]
    # Of 14 people, two each rank in the seven ways; A is first, alone or tied, in four of these.
    assert (first.number, first.letters, first.same, first.others) == (1, ["D"], 8, 14)
    assert first.share.estimate == pytest.approx(8 / 14)
    assert (first.share.low or 1) < 8 / 14 < (first.share.high or 0)


def test_agreement_is_the_mean_over_tasks_of_the_mean_over_others(person: Participant):
    people(person.study, 14)
    (found,) = standings(person)
    others = [order_of_text(order) for order in ORDERS]
    own = float(np.nanmean(pair_agreement(others, order_of_text("A>B>C>D"), 4)))
    assert found.agreement.estimate == pytest.approx(own)
    assert (found.agreement.low or 1) < own < (found.agreement.high or 0)
    assert found.tasks == 2


def test_everybody_is_reckoned_like_the_person_without_them(person: Participant):
    people(person.study, 14)
    (found,) = standings(person)
    plain = []
    for number in range(14):
        means = []
        for shift in range(2):
            orders = [order_of_text(ORDERS[(other + shift) % 7]) for other in range(14)]
            rest = [float(pair_agreement(orders[o], orders[number], 4)) for o in range(14) if o != number]
            means.append(np.nanmean(rest))
        plain.append(np.mean(means))
    assert found.everybody == pytest.approx(sorted(plain))
    assert found.below == sum(value < found.agreement.estimate for value in plain)


def test_nothing_is_told_where_too_few_answered(person: Participant):
    people(person.study, FEWEST_OTHERS - 1)
    (found,) = standings(person)
    assert [(choice.others, choice.same, choice.share.estimate) for choice in found.first_choices] == [(0, 0, None)] * 2
    assert (found.agreement.estimate, found.everybody) == (None, ())


def test_the_tenth_other_is_enough_for_the_share(person: Participant):
    people(person.study, FEWEST_OTHERS)
    (found,) = standings(person)
    assert [choice.others for choice in found.first_choices] == [FEWEST_OTHERS] * 2


def test_who_does_not_count_is_not_among_the_others(person: Participant):
    people(person.study, 12)
    people(person.study, 3, excluded_at=timezone.now())
    for other in people(person.study, 2):
        other.assessments.update(is_surplus=True)
    (found,) = standings(person)
    assert found.first_choices[0].others == 12


def test_who_is_excluded_is_told_the_same_and_so_does_not_learn_of_it(person: Participant):
    people(person.study, 12)
    before = standings(person)
    Participant.objects.filter(pk=person.pk).update(excluded_at=timezone.now())
    assert standings(Participant.objects.get(pk=person.pk)) == before


def test_who_tied_everything_agrees_with_half(person: Participant):
    people(person.study, 12)
    for ranking in itertools.chain.from_iterable(a.rankings.all() for a in person.assessments.all()):
        ranking.order = "A=B=C=D"
        ranking.save()
    (found,) = standings(person)
    assert found.agreement.estimate == pytest.approx(0.5)
    assert found.first_choices[0].letters == ["A", "B", "C", "D"]


def test_who_is_under_way_is_told_nothing_unless_the_study_is_closed(person: Participant):
    Participant.objects.update(outcome="", outcome_at=None)
    with pytest.raises(NotYet):
        begin_to_compare(participant=person)
    Study.objects.update(status=Study.Status.CLOSED)
    begin_to_compare(participant=person)
    first = person.compared_at
    begin_to_compare(participant=person)
    assert person.compared_at == first
    assert standing.may_compare(Participant.objects.get(pk=person.pk))
