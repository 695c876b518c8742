"""If these fail, a study's figures are not those of its rows."""

from datetime import UTC, date, datetime

import pytest

from elicitation.models import AnswerState, IntakeAnswer, ProtocolVersion, Study
from elicitation.queries import progress
from tests.factories import make_assessment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


def answer(person, key, value):
    state = AnswerState.ANSWERED if value else AnswerState.SKIPPED
    IntakeAnswer.objects.create(participant=person, key=key, state=state, value=value)


def test_counts_do_not_multiply_each_other():
    study, other = make_study(), make_study()
    prompts = [make_prompt(study), make_prompt(study), make_prompt(other)]
    for _number in range(3):
        person = make_participant(study)
        for prompt in prompts[:2]:
            make_assessment(prompt, person)
    counted = {s.pk: s for s in progress.with_counts(Study.objects.all())}
    assert (counted[study.pk].people, counted[study.pk].assessment_count, counted[study.pk].prompt_count) == (3, 6, 2)
    assert (counted[other.pk].people, counted[other.pk].assessment_count, counted[other.pk].prompt_count) == (0, 0, 1)


def test_coverage_counts_finished_assessments_least_covered_first():
    study = make_study(overlap_target=2)
    full, empty, half = make_prompt(study), make_prompt(study), make_prompt(study)
    for _number in range(2):
        make_assessment(full, make_participant(study))
    make_assessment(half, make_participant(study))
    coverage = progress.coverage(study)
    assert (list(coverage.prompts), coverage.counts, coverage.reached) == ([empty, half, full], [0, 1, 2], 1)


def test_days_are_counted_in_order():
    study = make_study()
    prompt = make_prompt(study)
    for day in (2, 1, 2):
        make_assessment(prompt, make_participant(study), submitted_at=datetime(2026, 5, day, 23, 59, tzinfo=UTC))
    assert progress.assessments_by_day(study) == [(date(2026, 5, 1), 1), (date(2026, 5, 2), 2)]


def test_demographics_tell_answered_skipped_and_not_asked_apart():
    study = make_study()
    people = [make_participant(study) for _number in range(4)]
    make_assessment(make_prompt(study), people[0])
    make_assessment(make_prompt(study), people[0])
    answer(people[0], "age", "65+")
    answer(people[1], "age", "18-24")
    answer(people[2], "age", "")
    answer(people[0], "ideal-model-behavior", "Be honest")  # no choice question, so no groups
    (age,) = progress.demographics(study)
    assert (age.key, age.answered, age.skipped, age.not_asked) == ("age", 2, 1, 1)
    assert age.groups == [progress.Group("18-24", 1, 0), progress.Group("65+", 1, 2)]


def test_groups_of_a_long_list_of_options_come_by_size():
    study = make_study()
    for country in ("Kenya", "Japan", "Japan"):
        answer(make_participant(study), "country_of_residence", country)
    (countries,) = progress.demographics(study)
    assert [group.value for group in countries.groups] == ["Japan", "Kenya"]


def test_a_studys_own_survey_says_what_its_demographics_are():
    study = make_study()
    ProtocolVersion.objects.filter(study=study).update(
        intake=[{"key": "shoe", "question": "Shoe size?", "kind": "choice", "options": ["small", "big"]}]
    )
    answer(make_participant(study), "shoe", "big")
    answer(make_participant(study), "age", "65+")
    assert [question.key for question in progress.demographics(study)] == ["shoe"]
