"""If these fail, prompts are preferred for a disagreement they do not have."""

import pytest

from elicitation.boost import measure_disagreement
from elicitation.models import Participant, Prompt
from elicitation.tasks import measure_disagreement as measure_all
from tests.factories import make_assessment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


def answer(prompt, *orders, **fields):
    return [make_assessment(prompt, make_participant(prompt.study), **fields, **given) for given in orders]


def test_the_mean_of_both_blocks_is_stored_and_only_what_changed():
    study = make_study()
    both, world, none = (make_prompt(study, responses=2) for _ in range(3))
    answer(both, {"world": "A>B", "personal": "A>B"}, {"world": "B>A", "personal": "A>B"})
    answer(world, {"world": "A>B", "personal": ""})
    make_prompt(study, responses=3)
    assert measure_disagreement(study) == 2
    assert measure_disagreement(study) == 0
    stored = dict(Prompt.objects.values_list("pk", "disagreement"))
    assert stored[both.pk] == pytest.approx((1 / 20 + 3 / 80) / 2)
    assert stored[world.pk] == pytest.approx(1 / 18)
    assert stored[none.pk] is None


def test_only_answers_that_count_are_measured():
    study = make_study()
    prompt = make_prompt(study, responses=2)
    answer(prompt, {"world": "A>B"}, is_surplus=True)
    answer(prompt, {"world": "A>B"})
    Participant.objects.update(excluded_at="2026-01-01T00:00Z")
    assert measure_disagreement(study) == 0


def test_the_task_measures_open_studies_that_want_it():
    for status in ("running", "draft", "pilot"):
        answer(make_prompt(make_study(status=status, boost_disagreement=True)), {"world": "A>B>C>D"})
    answer(make_prompt(make_study()), {"world": "A>B>C>D"})
    assert measure_all() == 2
    assert Prompt.objects.filter(disagreement__isnull=False).count() == 2
