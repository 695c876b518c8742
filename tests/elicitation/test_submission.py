"""If these fail, an answer is lost, doubled, overwritten or stored as something the person did not say."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from elicitation import drafts, finishing, submission
from elicitation.answers import AnswersRefused
from elicitation.models import (
    Assessment,
    Assignment,
    Criterion,
    Draft,
    Participant,
    Quota,
    QuotaPlace,
    Ranking,
    Score,
    Study,
    UnacceptableFlag,
)
from elicitation.protocol import default_steps
from elicitation.storing import Circumstances
from tests.factories import make_assignment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


def make_task(**study_fields):
    """Make a task with three criteria, shown as CADB."""
    study = make_study(steps=default_steps(), **study_fields)
    return make_assignment(make_participant(study), make_prompt(study, criteria=3), shown_order="CADB")


def full(task):
    """Answer everything."""
    one, two, *_rest = task.prompt.criteria.order_by("position")
    return {
        "unacceptable": ["A", "D"],
        "unacceptable_why": ["It insults people."],
        "personal_place_A": ["4"],
        "personal_place_B": ["1"],
        "personal_place_C": ["2"],
        "personal_place_D": ["2"],
        "personal_why": ["It is kind."],
        "world_place_A": ["1"],
        "world_place_B": ["1"],
        "world_place_C": ["1"],
        "world_place_D": ["1"],
        "importance": ["3"],
        "representativeness": ["1"],
        "subjectivity": ["4"],
        f"score_{one.pk}": ["10"],
        f"score_{two.pk}": ["-10"],
        "own_criterion": ["Names  a person\r\nto turn to."],
        "own_score": ["+7"],
    }


def send(task, fields, **changes):
    """Send a task as the page would."""
    study = task.prompt.study
    arguments = {
        "key": task.idempotency_key,
        "sender": submission.Sender(token=task.participant.token, link=study.link_token),
        "fields": fields,
    }
    return submission.submit(**arguments | changes)


def nothing_stored():
    counts = [model.objects.count() for model in (Assessment, Ranking, UnacceptableFlag, Score)]
    return counts == [0, 0, 0, 0] and not Criterion.objects.filter(origin="participant").exists()


def test_it_works():
    task = make_task()
    circumstances = Circumstances(language="pt-br", device_class="phone", step_seconds={"world": 12.5})
    stored = send(task, full(task), circumstances=circumstances)
    assessment = Assessment.objects.get()
    assert (stored.assessment, stored.repeated) == (assessment.pk, False)
    # C A D B are shown as A B C D.
    assert {r.block: (r.state, r.order, r.candidates, r.justification) for r in Ranking.objects.all()} == {
        "personal": ("answered", "A>B=D>C", 4, "It is kind."),
        "world": ("answered", "A=B=C=D", 4, ""),
    }
    assert sorted(UnacceptableFlag.objects.values_list("letter", flat=True)) == ["B", "C"]
    assert (assessment.unacceptable_state, assessment.unacceptable_rationale) == ("answered", "It insults people.")
    assert [assessment.importance, assessment.representativeness, assessment.subjectivity] == [3, 1, 4]
    assert (assessment.language, assessment.device_class, assessment.step_seconds) == (
        "pt-br",
        "phone",
        {"world": 12.5},
    )
    assert (assessment.shown_order, assessment.protocol.number, assessment.position) == ("CADB", 1, 0)
    own = Criterion.objects.get(origin="participant")
    assert (own.text, own.author, own.prompt, own.position) == (
        "Names a person to turn to.",
        task.participant,
        task.prompt,
        3,
    )
    scores = list(Score.objects.order_by("criterion__position").values_list("state", "value", "assessment"))
    assert scores == [
        ("answered", 10, assessment.pk),
        ("answered", -10, assessment.pk),
        ("skipped", None, assessment.pk),
        ("answered", 7, assessment.pk),
    ]
    task.refresh_from_db()
    assert task.state == "submitted"


def test_everything_skipped_is_stored_as_skipped():
    task = make_task()
    send(task, {"personal_skip": ["1"], "world_skip": ["1"]})
    assessment = Assessment.objects.get()
    assert set(Ranking.objects.values_list("state", "order")) == {("skipped", "")}
    states = [assessment.importance_state, assessment.representativeness_state, assessment.subjectivity_state]
    assert [*states, assessment.unacceptable_state] == ["skipped"] * 4
    assert set(Score.objects.values_list("state", flat=True)) == {"skipped"}
    assert Score.objects.count() == 3


def test_what_the_short_form_does_not_ask_is_stored_as_not_asked():
    task = make_task()
    task.participant.form = "short"
    task.participant.save()
    send(task, full(task))
    assessment = Assessment.objects.get()
    assert assessment.unacceptable_state == "not_asked"
    assert list(Ranking.objects.values_list("block", flat=True)) == ["world"]
    assert not UnacceptableFlag.objects.exists()
    assert assessment.unacceptable_rationale == ""


def test_nothing_unacceptable_is_an_answer():
    task = make_task()
    send(task, {"personal_skip": ["1"], "world_skip": ["1"], "unacceptable_none": ["1"]})
    assert Assessment.objects.get().unacceptable_state == "answered"
    assert not UnacceptableFlag.objects.exists()


def test_a_retry_gets_the_stored_row_whatever_it_says():
    task = make_task()
    first = send(task, full(task))
    again = send(task, {"nonsense": ["x"]})
    assert (again.assessment, again.repeated) == (first.assessment, True)
    assert Assessment.objects.count() == 1
    assert Ranking.objects.get(block="personal").order != ""


@pytest.mark.django_db(transaction=True)
def test_a_double_click_stores_one():
    task = make_task()
    fields, results = full(task), []
    start = threading.Barrier(6)

    def click():
        start.wait()
        try:
            results.append(send(task, fields))
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({result.assessment for result in results}) == 1
    assert sorted(result.repeated for result in results) == [False] + [True] * 5
    assert (Assessment.objects.count(), Score.objects.count()) == (1, 4)
    assert Criterion.objects.filter(origin="participant").count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"personal_place_A": []}, "personal"),
        ({"personal_place_A": ["5"]}, "personal"),
        ({"personal_place_A": ["0"]}, "personal"),
        ({"personal_place_A": ["１"]}, "personal"),
        ({"personal_skip": ["1"]}, "personal"),
        ({"world_place_D": ["first"]}, "world"),
        ({"world_why": ["x" * 5001]}, "world_why"),
        ({"unacceptable": ["E"]}, "unacceptable"),
        ({"unacceptable_none": ["1"]}, "unacceptable"),
        ({"unacceptable": []}, "unacceptable"),
        ({"importance": ["4"]}, "importance"),
        ({"representativeness": ["0"]}, "representativeness"),
        ({"subjectivity": ["maybe"]}, "subjectivity"),
        ({"own_score": ["11"]}, "own_score"),
        ({"own_criterion": [" "]}, "own_criterion"),
        ({"own_criterion": ["x" * 501]}, "own_criterion"),
    ],
)
def test_what_cannot_be_taken_is_said_by_field_and_nothing_is_stored(change, field):
    task = make_task()
    with pytest.raises(AnswersRefused) as refused:
        send(task, full(task) | change)
    assert list(refused.value.errors) == [field]
    assert refused.value.errors[field].endswith(".")
    assert nothing_stored()
    task.refresh_from_db()
    assert task.state == "reserved"


def test_an_untouched_board_is_not_an_answer():
    task = make_task()
    with pytest.raises(AnswersRefused) as refused:
        send(task, {})
    assert list(refused.value.errors) == ["personal", "world"]
    assert nothing_stored()


def test_scores_out_of_range_are_refused():
    task = make_task()
    criterion = task.prompt.criteria.first()
    with pytest.raises(AnswersRefused) as refused:
        send(task, full(task) | {f"score_{criterion.pk}": ["-11"]})
    assert list(refused.value.errors) == [f"score_{criterion.pk}"]


def test_criteria_of_other_prompts_and_of_other_people_are_not_scored():
    task = make_task()
    other = make_prompt(task.prompt.study, criteria=1).criteria.get()
    written = Criterion.objects.create(prompt=task.prompt, key="theirs", position=9, text="x", origin="participant")
    send(task, full(task) | {f"score_{other.pk}": ["3"], f"score_{written.pk}": ["3"]})
    assert not Score.objects.filter(criterion__in=[other, written]).exists()


def test_at_most_six_criteria_are_scored():
    study = make_study(steps=default_steps())
    task = make_assignment(make_participant(study), make_prompt(study, criteria=8))
    send(task, {"personal_skip": ["1"], "world_skip": ["1"]})
    assert list(Score.objects.order_by("criterion__position").values_list("criterion__position", flat=True)) == [
        *range(6)
    ]


def test_characters_no_database_can_hold_are_left_out():
    task = make_task()
    send(task, full(task) | {"world_why": ["a\0b"]})
    assert Ranking.objects.get(block="world").justification == "ab"


def test_somebody_elses_task_is_unknown():
    task, stranger = make_task(), make_participant(make_study())
    for changes in (
        {"sender": submission.Sender(token=stranger.token, link=task.prompt.study.link_token)},
        {"sender": submission.Sender(token=task.participant.token, link=stranger.study.link_token)},
        {"sender": submission.Sender(token="", link=task.prompt.study.link_token)},
        {"key": uuid.uuid4()},
    ):
        with pytest.raises(submission.UnknownTask):
            send(task, full(task), **changes)
    assert nothing_stored()


def test_the_answers_belong_to_the_protocol_the_page_was_made_from():
    task = make_task()
    study = task.prompt.study
    old = study.protocols.get()
    only_world = [step | {"asked": {"long": step["key"] == "world"}} for step in default_steps()]
    new = study.protocols.create(number=2, steps=only_world, published_at=timezone.now())
    send(task, full(task) | {"protocol": [str(old.pk)]})
    assert Assessment.objects.get().protocol == old
    later = make_assignment(make_participant(study), make_prompt(study))
    send(later, {"world_skip": ["1"], "protocol": ["999999999"]})
    assert Assessment.objects.latest("pk").protocol == new


def test_the_draft_goes_when_the_answers_are_stored():
    task = make_task()
    drafts.save_draft(assignment=task, study=task.prompt.study, fields={"world_why": ["so"]}, revision=0)
    send(task, full(task) | {"revision": ["1"]})
    assert not Draft.objects.exists()


def test_an_old_tab_is_told_of_a_newer_draft_and_stores_nothing():
    task = make_task()
    drafts.save_draft(assignment=task, study=task.prompt.study, fields={"world_why": ["newer"]}, revision=0)
    with pytest.raises(submission.NewerDraft):
        send(task, full(task))
    assert nothing_stored()
    assert Draft.objects.get().fields == {"world_why": ["newer"]}


def test_a_draft_that_says_the_same_is_no_newer_one():
    task = make_task()
    fields = full(task)
    drafts.save_draft(assignment=task, study=task.prompt.study, fields=fields, revision=0)
    assert not send(task, fields | {"revision": ["0"]}).repeated


def test_an_expired_task_is_taken_while_the_prompt_needs_answers():
    task = make_task(overlap_target=1)
    Assignment.objects.update(state="expired", leased_until=timezone.now() - timedelta(hours=3))
    assert not send(task, full(task)).repeated
    task.refresh_from_db()
    assert task.state == "submitted"


def test_an_expired_task_is_kept_as_surplus_when_others_have_its_place():
    task = make_task(overlap_target=1)
    Assignment.objects.update(state="expired")
    make_assignment(make_participant(task.prompt.study), task.prompt)
    stored = send(task, full(task))
    assert (stored.repeated, stored.is_surplus) == (False, True)
    assert Assessment.objects.get().is_surplus
    assert Score.objects.count() == 4
    again = send(task, full(task))
    assert (again.assessment, again.repeated) == (stored.assessment, True)


def test_what_comes_after_all_tasks_are_done_is_surplus():
    task = make_task(tasks_per_person=1)
    Assignment.objects.update(state="expired")
    other = make_assignment(task.participant, make_prompt(task.prompt.study))
    assert not send(other, {"personal_skip": ["1"], "world_skip": ["1"]}).is_surplus
    assert send(task, full(task)).is_surplus


@pytest.mark.parametrize(("outcome", "state"), [("returned", "returned"), ("withdrawn", "returned")])
def test_who_has_returned_or_withdrawn_hands_nothing_in(outcome, state):
    task = make_task()
    expired = make_assignment(task.participant, make_prompt(task.prompt.study), state="expired")
    finishing.end(participant=task.participant, outcome=outcome)
    for one in (task, expired):
        with pytest.raises(submission.TaskGone):
            send(one, {"personal_skip": ["1"], "world_skip": ["1"]})
    assert nothing_stored()
    task.refresh_from_db()
    assert task.state == state


@pytest.mark.parametrize(("minutes", "is_taken"), [(30, True), (61, False)])
def test_after_the_days_are_over_what_was_begun_is_taken_for_as_long_as_a_lease(minutes, is_taken):
    task = make_task(days_to_finish=2, lease_minutes=60)
    Participant.objects.update(consented_at=timezone.now() - timedelta(days=2, minutes=minutes))
    Assignment.objects.update(state="expired")
    finishing.end_if_overdue(participant=Participant.objects.select_related("study").get())
    assert Participant.objects.get().outcome == "timed_out"
    if is_taken:
        assert not send(task, full(task)).is_surplus
    else:
        with pytest.raises(submission.TaskGone):
            send(task, full(task))


@pytest.mark.parametrize(("places", "is_surplus"), [(1, True), (2, False)])
def test_late_work_of_who_has_lost_their_quota_place_counts_only_where_there_is_one(places, is_surplus):
    task = make_task()
    study = task.prompt.study
    quota = Quota.objects.create(study=study, label="Everybody", position=0, places=places)
    QuotaPlace.objects.create(quota=quota, participant=make_participant(study))
    Assignment.objects.update(state="expired")
    assert send(task, full(task)).is_surplus is is_surplus
    assert quota.taken.count() == places


def test_a_paused_study_takes_what_is_at_work_and_a_closed_one_does_not():
    task = make_task()
    Study.objects.update(status="closed")
    with pytest.raises(submission.StudyClosed):
        send(task, full(task))
    assert nothing_stored()
    Study.objects.update(status="paused")
    assert not send(task, full(task)).repeated


def test_times_that_make_no_sense_are_left_out():
    given = {
        "world": 3.14159,
        "personal": -1,
        "scales": "9",
        "hat": 4,
        "criteria": 1e9,
        "reading": float("nan"),
    }
    assert submission.read_step_seconds(given) == {"world": 3.1, "criteria": 86400.0}


def test_the_whole_takes_two_statements(django_assert_num_queries):
    task = make_task()
    fields = full(task)
    sender = submission.Sender(token=task.participant.token, link=task.prompt.study.link_token)
    with django_assert_num_queries(2):
        submission.submit(key=task.idempotency_key, sender=sender, fields=fields)


def test_how_texts_were_typed_is_stored_and_nonsense_is_passed_over():
    given = {
        "personal_why": {"typed": 120, "pasted": 3.9, "seconds": 44, "keys": "abc"},
        "world_why": {"typed": -1, "pasted": "7", "seconds": float("nan"), "kept": 12},
        "own_criterion": {"typed": True, "pasted": 10**12, "seconds": 1e9},
        "unacceptable_why": [1, 2],
        "password": {"typed": 3},
    }
    read = submission.read_typing(given)
    assert read == {
        "personal_why": {"typed": 120, "pasted": 3, "seconds": 44},
        "world_why": {"typed": 0, "pasted": 0, "seconds": 0, "kept": 12},
        "own_criterion": {"typed": 0, "pasted": 1_000_000, "seconds": 86_400},
    }
    task = make_task()
    send(task, full(task), circumstances=Circumstances(typing=read))
    assert Assessment.objects.get().typing == read
