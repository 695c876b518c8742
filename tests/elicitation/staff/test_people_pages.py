"""The people of a study, one of them, and one of their assessments."""

import pytest
from django.urls import reverse
from django.utils import timezone

from elicitation.models import (
    AnswerState,
    Block,
    Criterion,
    IntakeAnswer,
    Participant,
    Ranking,
    Score,
    UnacceptableFlag,
)
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(client):
    study = make_study()
    client.force_login(make_member(study))
    return study


def page_of(response):
    return response.content.decode()


class TestList:
    def keys(self, client, study, **query):
        response = client.get(reverse("elicitation:people", args=[study.slug]), query)
        return {person.key for person in response.context["page"]}

    def test_it_works(self, client, study):
        person = make_participant(study, key="someone", finished_at=timezone.now())
        make_assessment(make_prompt(study), person)
        response = client.get(reverse("elicitation:people", args=[study.slug]))
        assert "someone" in page_of(response)
        assert response.context["page"][0].assessment_count == 1

    def test_a_persons_own_link_is_not_shown(self, client, study):
        person = make_participant(study)
        for name, arguments in (("people", []), ("person", [person.pk])):
            page = page_of(client.get(reverse(f"elicitation:{name}", args=[study.slug, *arguments])))
            assert person.key in page
            assert person.token not in page

    def test_it_can_be_narrowed(self, client, study):
        now = timezone.now()
        make_participant(study, key="done", finished_at=now)
        make_participant(study, key="busy", source=Participant.Source.PANEL)
        make_participant(study, key="new", consented_at=None, intake_at=None)
        assert self.keys(client, study, state="finished") == {"done"}
        assert self.keys(client, study, state="under-way") == {"busy"}
        assert self.keys(client, study, state="before-consent") == {"new"}
        assert self.keys(client, study, source="panel") == {"busy"}
        assert self.keys(client, study, q="US") == {"busy"}
        assert self.keys(client, study) == {"done", "busy", "new"}

    def test_many_people_take_no_more_queries_than_few(self, client, study, django_assert_max_num_queries):
        prompt = make_prompt(study)
        for _number in range(40):
            make_assessment(prompt, make_participant(study))
        with django_assert_max_num_queries(8):  # one may be the session's, when another test has emptied the cache
            client.get(reverse("elicitation:people", args=[study.slug]))


class TestPerson:
    def test_it_works(self, client, study):
        person = make_participant(study)
        IntakeAnswer.objects.create(participant=person, key="age", state=AnswerState.ANSWERED, value="25-34")
        IntakeAnswer.objects.create(participant=person, key="gender", state=AnswerState.SKIPPED)
        IntakeAnswer.objects.create(participant=person, key="shoe_size", state=AnswerState.ANSWERED, value="forty")
        make_assessment(make_prompt(study), person, world="A>B>C>D")
        response = client.get(reverse("elicitation:person", args=[study.slug, person.pk]))
        states = {line.key: line.state for line in response.context["intake"]}
        assert (states["age"], states["gender"], states["education_level"], states["shoe_size"]) == (
            AnswerState.ANSWERED,
            AnswerState.SKIPPED,
            AnswerState.NOT_ASKED,
            AnswerState.ANSWERED,
        )
        page = page_of(response)
        for shown in ("25-34", "Shoe size", "forty", "A, then B, then C, then D", "Not asked"):
            assert shown in page

    def test_many_assessments_take_no_more_queries_than_few(self, client, study, django_assert_max_num_queries):
        person = make_participant(study)
        for _number in range(20):
            make_assessment(make_prompt(study), person, personal="A>B>C>D", world="A>B>C>D")
        with django_assert_max_num_queries(16):
            client.get(reverse("elicitation:person", args=[study.slug, person.pk]))


class TestAssessment:
    @pytest.fixture
    def assessment(self, study):
        prompt = make_prompt(study, criteria=2)
        assessment = make_assessment(
            prompt,
            make_participant(study),
            personal="B>A=C>D",
            justification="Bees first.",
            shown_order="DCBA",
            step_seconds={"personal": 61.4},
            importance_state=AnswerState.ANSWERED,
            importance=3,
            subjectivity_state=AnswerState.SKIPPED,
            unacceptable_state=AnswerState.ANSWERED,
            unacceptable_rationale="It insults.",
        )
        UnacceptableFlag.objects.create(assessment=assessment, letter="D")
        first, second = prompt.criteria.all()
        for criterion, value in ((first, -7), (second, None)):
            Score.objects.create(
                participant=assessment.participant,
                criterion=criterion,
                assessment=assessment,
                state=AnswerState.SKIPPED if value is None else AnswerState.ANSWERED,
                value=value,
            )
        return assessment

    def get(self, client, assessment):
        return client.get(reverse("elicitation:assessment", args=[assessment.prompt.study.slug, assessment.pk]))

    def test_it_works(self, client, assessment):
        page = page_of(self.get(client, assessment))
        for shown in ("B, then A tied with C, then D", "Bees first.", "It insults.", "Very important", "−7", "61 s"):
            assert shown in page

    def test_not_asked_skipped_and_answered_are_told_apart(self, client, assessment):
        steps = {step.key: step.state for step in self.get(client, assessment).context["steps"]}
        assert steps == {
            "unacceptable": AnswerState.ANSWERED,
            "personal": AnswerState.ANSWERED,
            "world": AnswerState.NOT_ASKED,
            "importance": AnswerState.ANSWERED,
            "representativeness": AnswerState.NOT_ASKED,
            "subjectivity": AnswerState.SKIPPED,
            "criteria": AnswerState.ANSWERED,
            "own_criterion": AnswerState.NOT_ASKED,
        }

    def test_a_skipped_ranking_is_not_an_unasked_one(self, client, assessment):
        Ranking.objects.create(
            assessment=assessment, block=Block.WORLD, state=AnswerState.SKIPPED, candidates=assessment.prompt.candidates
        )
        steps = {step.key: step.state for step in self.get(client, assessment).context["steps"]}
        assert steps["world"] == AnswerState.SKIPPED

    def test_a_criterion_of_ones_own_stands_apart_from_those_given(self, client, assessment):
        own = Criterion.objects.create(
            prompt=assessment.prompt,
            key="own",
            position=9,
            text="Mentions honey",
            origin=Criterion.Origin.PARTICIPANT,
            author=assessment.participant,
        )
        steps = {step.key: step for step in self.get(client, assessment).context["steps"]}
        assert list(steps["own_criterion"].criteria) == [own]
        assert own.pk not in {score.criterion_id for score in steps["criteria"].scores}

    def test_responses_stand_in_the_order_the_person_saw(self, client, assessment):
        assert [r.letter for r in self.get(client, assessment).context["responses"]] == list("DCBA")

    def test_an_imported_assessment_knows_no_times_or_order(self, client, study):
        assessment = make_assessment(make_prompt(study), make_participant(study), world="A>B>C>D")
        page = page_of(self.get(client, assessment))
        assert page.count("not known") == 2
