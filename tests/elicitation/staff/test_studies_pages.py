"""The list of studies, creating one, its overview, settings and status."""

import pytest
from django.urls import reverse

from elicitation.models import AnswerState, IntakeAnswer, Role, Study
from elicitation.permissions import role_in
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study, make_user

pytestmark = pytest.mark.django_db


def page_of(response):
    return response.content.decode()


class TestList:
    URL = reverse("elicitation:studies")

    def test_it_works(self, client):
        study = make_study(title="Bees and neighbours", is_simulated=True)
        prompt = make_prompt(study)
        make_assessment(prompt, make_participant(study, finished_at="2026-01-01T00:00Z"))
        make_study(title="Somebody else's")
        client.force_login(make_member(study))
        response = client.get(self.URL)
        page = page_of(response)
        assert "Bees and neighbours" in page
        assert "Simulated data" in page
        assert "Somebody else" not in page
        (shown,) = response.context["page"]
        counts = (shown.people, shown.finished_people, shown.assessment_count, shown.prompt_count)
        assert counts == (1, 1, 1, 1)

    def test_without_studies_it_says_what_to_do(self, client):
        client.force_login(make_user())
        assert "No studies yet" in page_of(client.get(self.URL))

    def test_many_studies_take_no_more_queries_than_few(self, client, django_assert_max_num_queries):
        client.force_login(make_user(is_superuser=True))
        for _number in range(20):
            make_assessment(make_prompt(study := make_study()), make_participant(study))
        with django_assert_max_num_queries(4):  # one may be the session's, when another test has emptied the cache
            client.get(self.URL)


class TestCreate:
    URL = reverse("elicitation:create")

    def test_it_works(self, client):
        user = make_user()
        client.force_login(user)
        response = client.post(self.URL, {"title": "Bees", "slug": "bees-2026", "description": "About bees."})
        study = Study.objects.get()
        assert response.url == reverse("elicitation:study", args=["bees-2026"])
        assert (study.status, study.description, role_in(user, study)) == ("draft", "About bees.", Role.ADMIN)

    def test_a_name_that_is_taken_is_refused_beside_its_field(self, client):
        make_study(slug="bees")
        client.force_login(make_user())
        response = client.post(self.URL, {"title": "Bees", "slug": "bees"})
        assert response.status_code == 400
        assert "already exists" in page_of(response)
        assert Study.objects.count() == 1


class TestOverview:
    @pytest.fixture
    def study(self):
        return make_study(title="Bees", consent_text="I agree.", overlap_target=2)

    def test_it_works(self, client, study):
        for _number in range(2):
            person = make_participant(study)
            IntakeAnswer.objects.create(participant=person, key="age", state=AnswerState.ANSWERED, value="25-34")
        make_assessment(make_prompt(study), person)
        client.force_login(make_member(study))
        response = client.get(reverse("elicitation:study", args=[study.slug]))
        page = page_of(response)
        assert response.context["figures"].assessments == 1
        for shown in ("Coverage of the prompts", "Assessments over time", "25-34", "Open for everybody"):
            assert (shown in page) == (shown != "Open for everybody")  # it is open already

    def test_an_empty_study_leads_to_its_first_prompt(self, client, study):
        client.force_login(make_member(study))
        page = page_of(client.get(reverse("elicitation:study", args=[study.slug])))
        assert "No prompts yet" in page
        assert reverse("elicitation:add-prompt", args=[study.slug]) in page

    def test_a_reviewer_is_offered_nothing_they_may_not_do(self, client, study):
        client.force_login(make_member(study, Role.REVIEWER))
        page = page_of(client.get(reverse("elicitation:study", args=[study.slug])))
        for name in ("build-texts", "status", "add-prompt", "members"):
            assert reverse(f"elicitation:{name}", args=[study.slug]) not in page

    def test_simulated_answers_are_said_to_be(self, client):
        study = make_study(is_simulated=True)
        client.force_login(make_member(study))
        assert "made up by a program" in page_of(client.get(reverse("elicitation:study", args=[study.slug])))

    def test_many_people_take_no_more_queries_than_few(self, client, study, django_assert_max_num_queries):
        prompts = [make_prompt(study) for _number in range(10)]
        for _number in range(10):
            person = make_participant(study)
            IntakeAnswer.objects.create(participant=person, key="age", state=AnswerState.ANSWERED, value="25-34")
            for prompt in prompts:
                make_assessment(prompt, person)
        client.force_login(make_member(study))
        with django_assert_max_num_queries(16):
            client.get(reverse("elicitation:study", args=[study.slug]))


class TestStatus:
    def change(self, client, study, status):
        client.force_login(make_member(study))
        url = reverse("elicitation:status", args=[study.slug])
        response = client.post(url, {"status": status}, follow=True)
        study.refresh_from_db()
        return page_of(response)

    def test_it_works(self, client):
        study = make_study(consent_text="I agree.", status=Study.Status.DRAFT)
        make_prompt(study)
        assert "The status is now: running" in self.change(client, study, "running")
        assert study.status == Study.Status.RUNNING

    def test_a_study_that_is_not_ready_says_what_is_missing(self, client):
        study = make_study(status=Study.Status.DRAFT)
        assert "no consent text" in self.change(client, study, "running")
        assert study.status == Study.Status.DRAFT

    def test_an_unknown_status_changes_nothing(self, client):
        study = make_study()
        assert "no such status" in self.change(client, study, "exploded")
        assert study.status == Study.Status.RUNNING
