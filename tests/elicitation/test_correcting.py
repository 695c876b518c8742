"""Correcting an answer: what is stored, what keeps its key and what gets a new one, when it is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from elicitation import correcting, submission
from elicitation.answers import AnswersRefused
from elicitation.assignment import next_task
from elicitation.correcting import CorrectionRefused, NewerAnswer, correct, stored_fields, version_of
from elicitation.models import Assessment, Criterion, Participant, QualityFlag, Ranking, Score, Study, TextReading
from elicitation.protocol import default_intake, default_steps
from llm.models import LedgerEntry
from rubrics.models import CoreItem
from spec_loop.models import Evidence
from tests.factories import make_participant, make_prompt, make_study
from tests.spec_loop.making import make_proposal

pytestmark = pytest.mark.django_db

WHY = "A is kind to everybody who asks it something."


@pytest.fixture
def given() -> Assessment:
    """Make an answer handed in in full; A, B, C, D are shown as C, A, D, B."""
    study = make_study(steps=default_steps(), tasks_per_person=1)
    study.protocols.update(intake=default_intake())
    make_prompt(study, criteria=2)
    person = make_participant(study)
    task = next_task(participant=person)
    assert task is not None
    task.shown_order = "CADB"
    task.save()
    first, _second = task.prompt.criteria.order_by("position")
    fields = {
        **{f"personal_place_{letter}": [place] for letter, place in zip("ABCD", "1224", strict=True)},
        "personal_why": [WHY],
        "world_skip": ["1"],
        "unacceptable": ["D"],
        "unacceptable_why": ["It scolds."],
        "importance": ["3"],
        f"score_{first.pk}": ["-4"],
        "own_criterion": ["Says where to find help"],
        "own_score": ["7"],
    }
    submission.submit(key=task.idempotency_key, sender=submission.Sender(person.token, study.link_token), fields=fields)
    return Assessment.objects.select_related("participant__study", "prompt", "protocol").get()


def change(given: Assessment, version: int | None = None, **changes: Any) -> Assessment:
    """Send the stored answer again with some fields changed (None: left out)."""
    fields = {name: values for name, values in (stored_fields(given) | changes).items() if values is not None}
    wanted = version_of(given) if version is None else version
    return correct(participant=given.participant, assessment=given.pk, fields=fields, version=wanted)


def snapshot() -> list[Any]:
    tables = (Assessment, Ranking, Score, Criterion)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_what_is_shown_to_correct_is_what_was_handed_in_and_storing_it_again_changes_nothing(given: Assessment):
    shown = stored_fields(given)
    assert shown["unacceptable"] == ["D"]
    assert [shown[f"personal_place_{letter}"] for letter in "ABCD"] == [["1"], ["2"], ["2"], ["3"]]
    assert shown["world_skip"] == ["1"]
    before = snapshot()
    change(given)
    assert snapshot() == before


def test_the_time_of_handing_in_stays_and_the_time_of_correcting_is_kept(given: Assessment):
    handed_in = given.submitted_at
    change(given, importance=["1"])
    given.refresh_from_db()
    assert (given.importance, given.submitted_at) == (1, handed_in)
    assert given.corrected_at is not None
    assert given.corrected_at > handed_in


def test_a_ranking_with_another_order_is_a_new_one_and_evidence_of_the_old_goes(given: Assessment):
    old = given.rankings.get(block="personal")
    world = given.rankings.get(block="world")
    Evidence.objects.create(proposal=make_proposal(given.prompt.study), ranking=old, stance="for", before=0, after=1)
    change(given, personal_place_A=["4"], personal_place_D=["1"])
    new = given.rankings.get(block="personal")
    assert (new.order, new.justification) == ("B>A=D>C", WHY)
    assert new.pk > max(old.pk, world.pk), "runs that have begun keep to the keys up to theirs"
    assert given.rankings.get(block="world") == world
    assert Evidence.objects.count() == 0


def test_other_words_for_the_same_order_are_the_same_ranking(given: Assessment):
    old = given.rankings.get(block="personal")
    TextReading.objects.create(ranking=old, digest="0" * 64, translation="A es amable.")
    change(given, personal_why=["A is fair."])
    new = given.rankings.get(block="personal")
    assert (new.pk, new.order, new.justification) == (old.pk, old.order, "A is fair.")
    assert TextReading.objects.count() == 0


def test_words_that_are_replaced_are_gone_where_they_were_quoted(given: Assessment):
    LedgerEntry.objects.create(
        model="m", fingerprint="0" * 64, purpose="propose", status="done", answer={"intent": f"Said: {WHY}"}
    )
    change(given, importance=["2"])
    assert LedgerEntry.objects.get().answer is not None, "these words still stand"
    given.refresh_from_db()
    change(given, personal_why=["A is fair."])
    assert LedgerEntry.objects.get().answer is None


def test_another_own_criterion_is_another_one_and_what_was_made_of_the_first_goes(given: Assessment):
    old = Criterion.objects.get(author=given.participant)
    CoreItem.objects.create(prompt=given.prompt, position=0, text="Help is named.").sources.add(old)
    change(given, own_criterion=["Is brief"], own_score=["-3"])
    new = Criterion.objects.get(author=given.participant)
    assert (new.text, new.pk != old.pk, new.scores.get().value) == ("Is brief", True, -3)
    assert CoreItem.objects.count() == 0


def test_scores_flags_and_the_own_criterion_can_be_cleared_and_marked(given: Assessment):
    first, second = given.prompt.criteria.exclude(author=given.participant).order_by("position")
    change(
        given,
        None,
        **{f"score_{first.pk}": [""], f"score_{second.pk}": ["10"]},
        unacceptable=None,
        unacceptable_why=None,
        unacceptable_none=["1"],
        own_criterion=None,
        own_score=None,
    )
    given.refresh_from_db()
    assert dict(given.scores.values_list("criterion", "value")) == {first.pk: None, second.pk: 10}
    assert (given.unacceptable_state, given.unacceptable_flags.count()) == ("answered", 0)
    assert not Criterion.objects.filter(author=given.participant).exists()


def test_a_criterion_that_the_page_did_not_show_keeps_its_score(given: Assessment):
    first = given.prompt.criteria.order_by("position")[0]
    change(given, None, **{f"score_{first.pk}": None}, importance=["1"])
    assert Score.objects.get(criterion=first).value == -4


def test_the_later_of_two_tabs_is_told_and_may_then_decide(given: Assessment):
    change(given, importance=["1"])
    with pytest.raises(NewerAnswer):
        change(given, version=0, importance=["2"])
    given.refresh_from_db()
    assert given.importance == 1
    change(given, importance=["2"])
    given.refresh_from_db()
    assert given.importance == 2


def test_a_retry_is_stored_already(given: Assessment):
    change(given, importance=["1"])
    before = snapshot()
    change(given, version=0, importance=["1"])
    assert snapshot() == before


def test_an_answer_that_cannot_be_taken_changes_nothing(given: Assessment):
    before = snapshot()
    with pytest.raises(AnswersRefused):
        change(given, importance=["1"], personal_place_A=["9"])
    assert snapshot() == before


def test_signs_of_the_old_answer_go_with_it(given: Assessment):
    QualityFlag.objects.create(participant=given.participant, assessment=given, kind="pace", strength=1)
    QualityFlag.objects.create(participant=given.participant, kind="straight", strength=1)
    change(given, importance=["1"])
    assert list(QualityFlag.objects.values_list("kind", flat=True)) == ["straight"]


@pytest.mark.parametrize("status", [Study.Status.CLOSED, Study.Status.PAUSED])
def test_the_days_were_promised_so_a_closed_study_takes_corrections(given: Assessment, status: str):
    Study.objects.update(status=status)
    change(given, importance=["1"])
    assert Assessment.objects.get().importance == 1


def test_it_is_refused_after_its_days(given: Assessment):
    days = given.participant.study.correction_days
    Assessment.objects.update(submitted_at=timezone.now() - timedelta(days=days, minutes=1))
    with pytest.raises(CorrectionRefused, match="has passed"):
        change(given, importance=["1"])


def test_it_is_refused_once_one_has_looked_at_others(given: Assessment):
    Participant.objects.update(compared_at=timezone.now())
    with pytest.raises(CorrectionRefused, match="how others answered"):
        change(given, importance=["1"])


def test_nobody_corrects_anothers_answer(given: Assessment):
    with pytest.raises(Assessment.DoesNotExist):
        correct(participant=make_participant(given.prompt.study), assessment=given.pk, fields={}, version=0)


def test_what_was_said_about_oneself_is_corrected_and_the_quota_place_stays(given: Assessment):
    person = given.participant
    quota = person.study.quotas.create(label="Young", position=0, conditions={"age": ["18-24"]}, places=1)
    quota.taken.create(participant=person)
    person.intake_answers.create(key="age", state="answered", value="18-24", original="18-24")
    correcting.correct_intake(participant=person, protocol=given.protocol, given={"age": "25-34"})
    assert person.intake_answers.get(key="age").value == "25-34"
    assert quota.taken.count() == 1
