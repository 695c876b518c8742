"""If these fail, nobody can say why a person was given a prompt, or people are told what would sway them."""

import pytest

from elicitation import assignment
from elicitation.explaining import why, why_shortly
from elicitation.models import Assignment, Quota
from tests.factories import make_assessment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


def test_it_works_with_all_there_is_to_say():
    study = make_study(seed=7, overlap_target=9, boost_disagreement=True)
    women = Quota.objects.create(study=study, label="Women", position=0, places=9)
    person, other = make_participant(study, cell=women), make_participant(study, cell=women)
    prompts = [make_prompt(study, disagreement=0.0251) for _ in range(2)]
    for prompt in prompts:
        make_assessment(prompt, make_participant(study), world="A>B>C>D")
        make_assessment(prompt, other, world="A>B>C>D")
    task = assignment.next_task(participant=person)
    assert task is not None
    assert why(task) == [
        "It was the least covered of the prompts that could be given.",
        "Of the people in the quota “Women”, 1 had answered it or was answering it.",
        "In all, 2 people had answered it or were answering it, of 9 wanted.",
        "Of equally covered prompts, those people disagree about come first; here the variance is 0.0251.",
        "2 prompts had as good a claim; the draw with the study's seed 7 decided.",
    ]
    assert why_shortly(task) == (
        "Of the questions that are left, this is one that the fewest people have answered so far."
    )


@pytest.mark.parametrize("rule", ["anchor", "attention", "retest"])
def test_people_are_not_told_what_an_item_is_for(rule):
    task = Assignment(reason={"rule": rule, "tied": 1})
    assert why_shortly(task) == "Everybody who takes part is given this one."
    assert len(why(task)) == 2


def test_what_was_given_by_no_rule_is_not_explained():
    assert (why(Assignment()), why_shortly(Assignment())) == ([], "")
