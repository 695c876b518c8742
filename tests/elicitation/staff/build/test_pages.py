"""If these fail, what a researcher types in the builder is lost or refused without a reason."""

import html

import pytest
from django.urls import reverse

from elicitation import protocols, studies
from elicitation.models import Quota, Study
from elicitation.protocol import default_steps
from tests.factories import make_assignment, make_member, make_participant, make_prompt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("study")]


@pytest.fixture
def study(client):
    study = studies.create_study(by=None, slug="bees", title="Bees", consent_text="I agree.")
    client.force_login(make_member(study))
    return study


def url(name, *arguments):
    return reverse(f"elicitation:{name}", args=["bees", *arguments])


def text_of(response):
    return html.unescape(response.content.decode())


class TestChecklist:
    def test_it_says_what_is_missing_and_leads_there(self, client, study):
        page = text_of(client.get(url("build")))
        assert "There are no prompts yet" in page
        assert "Go on with: Prompts and responses" in page
        make_prompt(study)
        assert "The study can be opened." in text_of(client.get(url("build")))


class TestSettings:
    def test_each_concern_saves_what_it_shows(self, client, study):
        sent = {
            "build-texts": {"title": "Wasps", "consent_text": "Yes.", "information_text": "Who asks."},
            "build-pay": {"currency": "eur", "pay_base": "2.5", "pay_per_task": "0.25", "pay_screened_out": "0.1"},
            "build-publishing": {"publishes": ["results", "rankings"], "retention_until": "2099-01-31"},
            "build-languages": {"first": "de", "others": ["en", "de"]},
            "build-limits": {
                "tasks_per_person": 8,
                "fewest_tasks": 3,
                "overlap_target": 5,
                "correction_days": 2,
                "lease_minutes": 30,
                "seed": 4,
                "boost_disagreement": "on",
            },
        }
        for name, fields in sent.items():
            response = client.post(url(name), fields)
            assert (name, response.status_code) == (name, 302)
        study.refresh_from_db()
        assert (study.title, study.consent_text, study.currency, str(study.pay_base)) == (
            "Wasps",
            "Yes.",
            "EUR",
            "2.50",
        )
        assert (study.publishes, study.retention_until.isoformat()) == (["results", "rankings"], "2099-01-31")
        assert study.languages == ["de", "en"]
        assert (study.tasks_per_person, study.fewest_tasks, study.boost_disagreement) == (8, 3, True)

    @pytest.mark.parametrize(
        ("name", "fields", "field", "sentence"),
        [
            ("build-pay", {"pay_base": "1"}, "currency", "Say in which currency people are paid."),
            ("build-limits", {"fewest_tasks": "11"}, "fewest_tasks", "People cannot be done after more tasks"),
            ("build-limits", {"overlap_target": "0"}, "overlap_target", "This is at least one."),
            ("build-publishing", {"retention_until": "2001-01-01"}, "retention_until", "This day has passed"),
        ],
    )
    def test_what_cannot_be_is_said_at_its_field(self, client, study, name, fields, field, sentence):
        whole = {
            "build-pay": {"pay_base": "0", "pay_per_task": "0", "pay_screened_out": "0"},
            "build-limits": {
                "tasks_per_person": 10,
                "overlap_target": 16,
                "correction_days": 7,
                "lease_minutes": 60,
                "seed": 0,
            },
            "build-publishing": {},
        }[name]
        response = client.post(url(name), whole | fields)
        assert response.status_code == 400
        assert sentence in " ".join(response.context["form"].errors[field])
        before = Study.objects.get(pk=study.pk)
        kept = [before.pay_base, before.fewest_tasks, before.overlap_target, before.retention_until]
        assert kept == [0, None, 16, None]


class TestSteps:
    def fields(self, **changed):
        fields = {"short_form_percent": 25, "order": ",".join(step["key"] for step in default_steps())}
        for step in default_steps():
            fields |= {f"question_{step['key']}": step["question"], f"long_{step['key']}": "on"}
        return {**fields, "short_world": "on", **changed}

    def test_it_works(self, client, study):
        client.post(url("build-steps"), self.fields(question_world="Best for all?"))
        steps = {step["key"]: step for step in protocols.written(study).steps}
        assert steps["world"] == {"key": "world", "question": "Best for all?", "asked": {"long": True, "short": True}}
        assert steps["personal"]["asked"] == {"long": True, "short": False}
        study.refresh_from_db()
        assert study.short_form_share == 0.25

    def test_a_button_moves_a_step_and_keeps_what_was_typed(self, client, study):
        client.post(url("build-steps"), self.fields(question_world="Best?", move="world:up"))
        steps = protocols.written(study).steps
        assert [step["key"] for step in steps][:3] == ["unacceptable", "world", "personal"]
        assert steps[1]["question"] == "Best?"

    def test_a_step_without_words_is_refused_at_its_field(self, client, study):
        response = client.post(url("build-steps"), self.fields(question_world=" "))
        assert response.status_code == 400
        assert response.context["form"].errors["question_world"] == ["Write what is asked."]
        assert protocols.written(study).steps == default_steps()

    def test_an_old_page_does_not_mix_up_the_steps(self, client, study):
        client.post(url("build-steps"), self.fields(move="world:up"))
        client.post(url("build-steps"), self.fields())
        assert protocols.written(study).steps[1]["key"] == "personal"


class TestIntake:
    def test_questions_are_added_changed_moved_and_removed(self, client, study):
        client.post(url("build-add-question"), {"question": "Bees?", "kind": "choice", "options": "Yes\nNo"})
        client.post(url("build-question", "bees"), {"question": "Any bees?", "kind": "choice", "options": "Yes\nNo"})
        client.post(url("build-intake"), {"act": "up:bees"})
        client.post(url("build-intake"), {"act": "remove:age"})
        intake = protocols.written(study).intake
        assert [question["key"] for question in intake[-2:]] == ["bees", "ideal-model-behavior"]
        assert intake[-2]["question"] == "Any bees?"
        assert "age" not in {question["key"] for question in intake}

    def test_a_choice_without_answers_is_refused_at_the_field(self, client):
        response = client.post(url("build-add-question"), {"question": "Bees?", "kind": "choice"})
        assert response.status_code == 400
        assert "2 to" in response.context["form"].errors["options"][0]

    def test_what_is_in_force_stays_and_a_draft_is_put_into_force(self, client, study):
        make_prompt(study)
        studies.set_status(by=None, study=study, status="running")
        before = protocols.in_force(study)
        client.post(url("build-intake"), {"act": "remove:age"})
        assert protocols.in_force(study) == before
        assert "Intake survey: age" in text_of(client.get(url("build-versions")))
        client.post(url("build-publish"))
        assert protocols.in_force(study).number == 2
        client.post(url("build-intake"), {"act": "remove:gender"})
        client.post(url("build-discard"))
        assert protocols.draft_of(study) is None


class TestQuotas:
    def test_quotas_are_added_changed_and_removed(self, client, study):
        client.post(url("build-add-quota"), {"label": "Old", "places": 5, "answers_age": ["55-64", "65+"]})
        quota = study.quotas.get()
        assert (quota.label, quota.places, quota.conditions) == ("Old", 5, {"age": ["55-64", "65+"]})
        client.post(url("build-quota", quota.pk), {"label": "Older", "places": 6, "answers_age": ["65+"]})
        assert Quota.objects.values_list("pk", "label", "places").get() == (quota.pk, "Older", 6)
        client.post(url("build-quotas"), {})
        study.refresh_from_db()
        assert not study.admits_others
        client.post(url("build-quota", quota.pk), {"remove": "1"})
        assert not study.quotas.exists()

    def test_two_of_one_name_are_refused(self, client):
        for expected in (302, 400):
            assert client.post(url("build-add-quota"), {"label": "Old", "places": 5}).status_code == expected


class TestQuiz:
    def test_it_is_switched_on_changed_and_off(self, client, study):
        client.post(url("build-quiz"), {"act": "on"})
        first, second = [item["key"] for item in protocols.written(study).quiz["items"][:2]]
        client.post(url("build-quiz"), {"save": "1", "pass_percent": 50, "attempts": 2})
        client.post(url("build-quiz"), {"act": f"down:{first}"})
        quiz = protocols.written(study).quiz
        assert (quiz["pass_mark"], quiz["attempts"], quiz["items"][0]["key"]) == (0.5, 2, second)
        client.post(url("build-quiz"), {"act": "off"})
        assert protocols.written(study).quiz == {}

    def test_an_item_of_ones_own(self, client, study):
        sent = {"kind": "other", "question": "Q?", "right": "2"}
        sent |= {"text_1": "A", "feedback_1": "No.", "text_2": "B", "feedback_2": "Yes."}
        assert client.post(url("build-add-item"), {**sent, "right": "3"}).status_code == 400
        client.post(url("build-add-item"), sent)
        item = protocols.written(study).quiz["items"][0]
        assert (item["question"], item["right"], len(item["options"])) == ("Q?", "2", 2)
        client.post(url("build-item", item["key"]), {**sent, "question": "Really?"})
        assert protocols.written(study).quiz["items"][0]["question"] == "Really?"


class TestPrompts:
    def sent(self, **changed):
        return {"turn_1": "Who is right?", "response_A": "You.", "response_B": "He.", **changed}

    def test_a_model_drafts_and_what_is_saved_knows_where_it_comes_from(self, client, study):
        page = client.post(
            url("add-prompt"), {"turn_1": "Bees?", "model": "offline", "generate": "1", "with_plain": "on"}
        )
        form = page.context["form"]
        responses = {f"response_{letter}": form[f"response_{letter}"].value() for letter in "ABCDE"}
        assert all(responses.values())
        assert not study.prompts.exists()
        sent = {"turn_1": "Bees?", **responses, "generated": form["generated"].value(), "response_B": "My own."}
        client.post(url("add-prompt"), sent)
        stored = {response.letter: response for response in study.prompts.get().responses.all()}
        assert {letter: response.source for letter, response in stored.items()} == dict.fromkeys("ABCDE", "generated")
        assert stored["A"].viewpoint == "Template: takes a side"
        assert [bool(stored[letter].parameters.get("edited")) for letter in "AB"] == [False, True]

    def test_what_is_made_up_about_a_model_is_passed_over(self, client, study):
        client.post(url("add-prompt"), self.sent(generated="forged"))
        assert {response.source for response in study.prompts.get().responses.all()} == {"written"}

    def test_without_a_question_no_model_is_asked_and_what_was_typed_stays(self, client):
        response = client.post(url("add-prompt"), {"generate": "1", "criteria": "Is kind"})
        assert response.status_code == 400
        assert "Write first what the person asks." in text_of(response)
        assert "Is kind" in text_of(response)

    def test_a_prompt_is_changed_until_somebody_is_given_it(self, client, study):
        client.post(url("add-prompt"), self.sent(criteria="One\nTwo"))
        prompt = study.prompts.get()
        shown = text_of(client.get(url("change-prompt", prompt.pk)))
        assert "Who is right?" in shown
        client.post(url("change-prompt", prompt.pk), self.sent(response_C="Both.", is_anchor="on"))
        prompt.refresh_from_db()
        assert (prompt.candidates, prompt.is_anchor, prompt.criteria.count()) == (3, True, 0)
        client.post(url("build-prompts"), {"act": f"again:{prompt.pk}"})
        assert prompt.retests.count() == 1
        make_assignment(make_participant(study), prompt)
        assert client.get(url("change-prompt", prompt.pk)).status_code == 302
        client.post(url("build-prompts"), {"act": f"remove:{prompt.pk}"})
        assert study.prompts.filter(pk=prompt.pk).exists()

    def test_prompts_are_moved_and_removed(self, client, study):
        first, second = make_prompt(study), make_prompt(study)
        client.post(url("build-prompts"), {"act": f"down:{first.pk}"})
        assert list(study.prompts.all()) == [second, first]
        client.post(url("build-prompts"), {"act": f"remove:{first.pk}"})
        client.post(url("build-prompts"), {"act": "remove:nonsense"})
        assert list(study.prompts.all()) == [second]


class TestStatus:
    def test_the_pilots_answers_are_kept_where_that_is_ticked(self, client, study):
        make_prompt(study)
        client.post(url("status"), {"status": "pilot"})
        person = make_participant(study, pilot="present")
        assert "1 person took part in the pilot." in text_of(client.get(url("build-status")))
        client.post(url("status"), {"status": "running", "keep_pilot": "yes"})
        person.refresh_from_db()
        assert person.pilot == ""


def test_a_clone_is_made_by_who_may_change_the_study(client):
    response = client.post(url("clone"), {"title": "Wasps", "slug": "wasps"})
    assert response.url == reverse("elicitation:build", args=["wasps"])
    assert client.post(url("clone"), {"title": "Wasps", "slug": "wasps"}).status_code == 400
