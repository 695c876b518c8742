"""The demo study in the database: whole, made once, and never at a visitor's cost."""

import pytest
from django.core.management import call_command
from django.db.models import Count

from collective.audit.models import AuditEntry
from datasets.demo.answering import simulate
from datasets.demo.content import spec_path
from elicitation.models import (
    AnswerState,
    Assessment,
    Block,
    Criterion,
    IntakeAnswer,
    Participant,
    Ranking,
    Response,
    Score,
    Study,
    UnacceptableFlag,
)
from spec_loop.models import SpecVersion
from tests.factories import make_assessment, make_participant

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(demo: Study, db: None) -> Study:
    return demo


def counts() -> dict[str, int]:
    tables = (
        *(SpecVersion, Study, Participant, IntakeAnswer, Response, Criterion),
        *(Assessment, Ranking, Score, UnacceptableFlag),
    )
    return {table.__name__: table.objects.count() for table in tables} | {"audit": AuditEntry.objects.count()}


def test_it_works(study):
    assert (study.slug, study.status, study.is_simulated) == ("demo", Study.Status.RUNNING, True)
    assert study.prompts.count() == 36
    assert Response.objects.count() == 36 * 4
    assert Criterion.objects.count() == 36 * 6
    assert set(study.participants.values_list("source", flat=True)) == {Participant.Source.SIMULATED}
    assert study.participants.filter(consented_at__isnull=False, finished_at__isnull=False).count() == 200
    assert AuditEntry.objects.filter(action="study.demo_loaded").count() == 1
    assert [document.name for document in study.documents.all()] == ["demo-spec"]
    assert SpecVersion.objects.get().text == spec_path().read_text("utf-8")


def test_every_simulated_answer_is_stored_as_drawn(study):
    crowd = simulate()
    stored = {
        (row.participant.key, row.prompt.key): row
        for row in Assessment.objects.select_related("participant", "prompt").prefetch_related(
            "rankings", "unacceptable_flags", "scores__criterion"
        )
    }
    assert len(stored) == len(crowd.answers)
    for answers in crowd.answers:
        row = stored[answers.person.key, answers.prompt.key]
        orders = {ranking.block: ranking.order for ranking in row.rankings.all()}
        expected = {Block.PERSONAL: answers.personal.order, Block.WORLD: answers.world.order}
        if answers.person.short_form:
            del expected[Block.PERSONAL]
            assert row.unacceptable_state == AnswerState.NOT_ASKED
        else:
            assert "".join(sorted(flag.letter for flag in row.unacceptable_flags.all())) == answers.flags
        assert orders == expected
        scores = sorted(row.scores.all(), key=lambda score: score.criterion.position)
        assert tuple(score.value for score in scores) == answers.scores
        assert (row.importance, row.representativeness, row.subjectivity) == (
            answers.importance,
            answers.representativeness,
            answers.subjectivity,
        )


def test_no_answer_is_later_than_the_end_of_the_person_s_part(study):
    for person in study.participants.annotate(given=Count("assessments")).prefetch_related("assessments"):
        times = [row.submitted_at for row in sorted(person.assessments.all(), key=lambda row: row.position)]
        assert person.consented_at < person.intake_at < times[0]
        assert times == sorted(times)
        assert times[-1] == person.finished_at


def test_the_demographics_are_options_of_the_intake_survey(study):
    """Else a visitor's answer would make a group of its own beside the simulated people's."""
    intake = {question["key"]: question for question in study.protocols.get().intake}
    answered = IntakeAnswer.objects.filter(state=AnswerState.ANSWERED).values_list("key", "value").distinct()
    assert set(intake) == {key for key, _value in answered}
    for key, value in answered:
        if intake[key]["kind"] == "choice":
            assert value in intake[key]["options"]


def test_the_protocol_asks_what_the_simulated_people_answered(study):
    steps = {step["key"]: step["asked"] for step in study.protocols.get().steps}
    for form, row in (("short", Assessment.objects.filter(participant__form="short").first()),
                      ("long", Assessment.objects.filter(participant__form="long").first())):  # fmt: skip
        assert row is not None
        asked = {key for key, forms in steps.items() if forms[form]}
        assert set(row.step_seconds) == asked - {"own_criterion"}


def test_a_visitor_always_finds_a_prompt(study):
    covered = study.prompts.annotate(given=Count("assessments")).values_list("given", flat=True)
    assert max(covered) < study.overlap_target / 2


def test_again_it_changes_nothing_and_says_so(study, capsys):
    visitor = make_participant(study)
    make_assessment(study.prompts.first(), visitor, personal="A>B=C=D", justification="A visitor's words.")
    before, link = counts(), study.link_token
    call_command("load_demo")
    assert capsys.readouterr().out == "The demo study 'demo' is here already; nothing was changed.\n"
    assert counts() == before
    study.refresh_from_db()
    assert study.link_token == link
    assert Ranking.objects.filter(justification="A visitor's words.").exists()
