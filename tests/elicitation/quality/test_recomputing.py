"""Flags stay in step with the answers, whoever finds them, however often."""

from datetime import timedelta

import pytest
from django.utils import timezone

from elicitation.models import QualityFlag, QualityReport, UnacceptableFlag
from elicitation.quality import kinds
from elicitation.quality.given import load_material
from elicitation.quality.kinds import KINDS
from elicitation.quality.recomputing import REST, ask_anew, due_studies, recompute
from elicitation.quality.saying import evidence_sentence
from elicitation.tasks import sweep_quality
from tests.factories import make_assessment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def torn(study):
    """An assessment that puts first what it calls unacceptable, and fails an attention item."""
    return contradict(study)


def contradict(study):
    person = make_participant(study)
    made = make_assessment(make_prompt(study), person, personal="A>B>C>D", world="A>B>C>D", shown_order="ABCD")
    UnacceptableFlag.objects.create(assessment=made, letter="A")
    attention = make_prompt(study, attention_best="C")
    make_assessment(attention, person, world="A>B>C>D", shown_order="ABCD")
    return made


def stored(study):
    return set(QualityFlag.objects.filter(participant__study=study).values_list("kind", "assessment__position"))


def test_it_works(study, torn):
    done = recompute(study)
    assert done is not None
    assert (done.added, done.changed, done.removed, done.flags) == (2, 0, 0, 2)
    flags = {flag.kind: flag for flag in QualityFlag.objects.all()}
    assert set(flags) == {kinds.UNACCEPTABLE_FIRST, kinds.ATTENTION_FAILED}
    assert flags[kinds.UNACCEPTABLE_FIRST].assessment == torn
    report = QualityReport.objects.get(study=study)
    assert (report.people, report.figures["attention_given"], report.figures["retest_tau"]) == (1, 1, None)


def test_again_changes_nothing(study, torn):
    recompute(study)
    before = list(QualityFlag.objects.order_by("pk").values_list("pk", "found_at"))
    done = recompute(study)
    assert done is not None
    assert (done.added, done.changed, done.removed) == (0, 0, 0)
    assert list(QualityFlag.objects.order_by("pk").values_list("pk", "found_at")) == before


def test_a_sign_that_is_gone_goes_and_one_that_changed_changes(study, torn):
    recompute(study)
    torn.unacceptable_flags.all().delete()
    QualityFlag.objects.filter(kind=kinds.ATTENTION_FAILED).update(strength=0.3)
    done = recompute(study)
    assert done is not None
    assert (done.added, done.changed, done.removed) == (0, 1, 1)
    assert QualityFlag.objects.get().strength == 1.0


def test_only_studies_with_new_answers_are_due(study, torn):
    make_study()
    assert due_studies() == [study]
    sweep_quality()
    assert due_studies() == []
    assert QualityFlag.objects.count() == 2
    contradict(study)
    assert due_studies() == [], "it rests for some minutes first"
    QualityReport.objects.update(found_at=timezone.now() - REST - timedelta(seconds=1))
    assert due_studies() == [study]


def test_whoever_asks_need_not_wait(study, torn):
    recompute(study)
    ask_anew(study)
    assert due_studies() == [study]
    recompute(study)
    assert due_studies() == []


def test_what_is_read_is_what_was_given(study, torn):
    material = load_material(study)
    (given,) = material.people.values()
    assert [each.flags for each in given] == ["A", ""]
    assert given[0].rankings["personal"].order == "A>B>C>D"
    assert set(given[1].rankings) == {"world"}
    assert material.prompts[given[1].prompt].attention_best == "C"


def test_every_flag_of_the_demo_can_be_said(demo):
    recompute(demo)
    flags = QualityFlag.objects.filter(participant__study=demo)
    assert {flag.kind for flag in flags} <= set(KINDS)
    people = demo.participants.count()
    for kind in KINDS.values():
        flagged = flags.filter(kind=kind.key).values("participant").distinct().count()
        assert flagged <= kind.false_alarms * people + 1
    assert all(evidence_sentence(flag.kind, flag.evidence) for flag in flags)


@pytest.mark.parametrize("kind", [*KINDS, "gone"])
def test_evidence_that_is_not_understood_is_left_unsaid(kind):
    assert evidence_sentence(kind, {}) == ""
