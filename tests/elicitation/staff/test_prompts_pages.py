"""The list of prompts, one of them, and writing one."""

import pytest
from django.urls import reverse

from elicitation.models import AnswerState, Criterion, Response, Role, Score, UnacceptableFlag
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
    def url(self, study):
        return reverse("elicitation:prompts", args=[study.slug])

    def keys(self, client, study, **query):
        return [prompt.key for prompt in client.get(self.url(study), query).context["page"]]

    def test_it_works(self, client, study):
        make_prompt(study, messages=[{"role": "user", "content": "Is honey ours to take?"}], topic="bees")
        page = page_of(client.get(self.url(study)))
        assert "Is honey ours to take?" in page
        assert "bees" in page

    def test_words_and_topics_narrow_it(self, client, study):
        make_prompt(study, key="one", topic="bees", messages=[{"role": "user", "content": "Honey for all"}])
        make_prompt(study, key="two", topic="law", messages=[{"role": "user", "content": "Honey for me"}])
        assert self.keys(client, study, q="honey ALL") == ["one"]
        assert self.keys(client, study, topic="law") == ["two"]
        assert self.keys(client, study, q="two") == ["two"]
        assert self.keys(client, study) == ["one", "two"]

    def test_the_least_covered_can_come_first(self, client, study):
        make_assessment(make_prompt(study, key="one"), make_participant(study))
        make_prompt(study, key="two")
        assert self.keys(client, study, sort="least") == ["two", "one"]
        assert self.keys(client, study, sort="most") == ["one", "two"]

    def test_a_topic_nobody_knows_lists_everything(self, client, study):
        make_prompt(study, key="one")
        assert self.keys(client, study, topic="nonsense") == ["one"]

    def test_nothing_that_fits_offers_the_way_back(self, client, study):
        make_prompt(study)
        assert "Show all prompts" in page_of(client.get(self.url(study), {"q": "zebra"}))

    def test_many_prompts_take_no_more_queries_than_few(self, client, study, django_assert_max_num_queries):
        person = make_participant(study)
        for _number in range(30):
            make_assessment(make_prompt(study, criteria=2), person)
        with django_assert_max_num_queries(8):  # one may be the session's, when another test has emptied the cache
            client.get(self.url(study))


class TestPrompt:
    @pytest.fixture
    def prompt(self, study):
        prompt = make_prompt(study, criteria=1, key="a/b c")
        Response.objects.filter(prompt=prompt, letter="A").update(model="some-model", viewpoint="for bees")
        for order, value in (("A>B>C>D", 8), ("A=B>C>D", -8), ("B>A>C>D", 8), ("A>C>B>D", -8)):
            assessment = make_assessment(
                prompt,
                make_participant(study),
                personal=order,
                world="",
                justification="Because honey.",
                unacceptable_state=AnswerState.ANSWERED,
            )
            UnacceptableFlag.objects.create(assessment=assessment, letter="D")
            Score.objects.create(
                participant=assessment.participant,
                criterion=prompt.criteria.get(),
                assessment=assessment,
                state=AnswerState.ANSWERED,
                value=value,
            )
        return prompt

    def url(self, prompt):
        return reverse("elicitation:prompt", args=[prompt.study.slug, prompt.key])

    def test_it_works(self, client, prompt):
        page = page_of(client.get(self.url(prompt)))
        for shown in (
            "some-model",
            "viewpoint: for bees",
            "find it unacceptable (4 of 4)",
            "Borda count over 4 rankings",
            "Divides people",
            "Because honey.",
            "Nobody has ranked them for the world.",
        ):
            assert shown in page

    def test_every_assessment_is_linked(self, client, prompt):
        page = page_of(client.get(self.url(prompt)))
        for assessment in prompt.assessments.all():
            assert reverse("elicitation:assessment", args=[prompt.study.slug, assessment.pk]) in page

    def test_texts_of_people_are_shown_as_text(self, client, study):
        prompt = make_prompt(study)
        make_assessment(
            prompt, make_participant(study), world="A>B>C>D", justification="<script>alert(1)</script> <b>x</b>"
        )
        page = page_of(client.get(self.url(prompt)))
        assert "<script>alert" not in page
        assert "<b>x" not in page

    @pytest.mark.parametrize("responses", [2, 3, 6])
    def test_any_number_of_responses_works(self, client, study, responses):
        prompt = make_prompt(study, responses=responses)
        make_assessment(prompt, make_participant(study), personal=">".join(prompt.letters))
        assert client.get(self.url(prompt)).status_code == 200

    def test_a_prompt_without_answers_says_so(self, client, study):
        assert "Nobody has answered yet" in page_of(client.get(self.url(make_prompt(study))))

    def test_an_unknown_prompt_is_not_found(self, client, study):
        assert client.get(reverse("elicitation:prompt", args=[study.slug, "nothing"])).status_code == 404

    def test_many_answers_take_no_more_queries_than_few(self, client, prompt, django_assert_max_num_queries):
        for _number in range(16):
            make_assessment(prompt, make_participant(prompt.study), personal="A>B>C>D", world="A>B>C>D")
        with django_assert_max_num_queries(25):
            client.get(self.url(prompt))


class TestAdd:
    def fields(self, **more):
        return {"turn_1": "Who is right?", "response_A": "You are.", "response_B": "He is."} | more

    def post(self, client, study, **more):
        return client.post(reverse("elicitation:add-prompt", args=[study.slug]), self.fields(**more))

    def test_it_works(self, client, study):
        response = self.post(
            client,
            study,
            key="bees",
            system="Be kind.",
            turn_2="Who is he?",
            turn_3="My neighbour.",
            response_C="Ask the town.",
            criteria="Takes a side\n\n Names the law ",
        )
        prompt = study.prompts.get()
        assert response.url == reverse("elicitation:prompt", args=[study.slug, "bees"])
        assert [(m["role"], m["content"]) for m in prompt.messages] == [
            ("system", "Be kind."),
            ("user", "Who is right?"),
            ("assistant", "Who is he?"),
            ("user", "My neighbour."),
        ]
        assert [r.text for r in prompt.responses.all()] == ["You are.", "He is.", "Ask the town."]
        assert [c.text for c in Criterion.objects.all()] == ["Takes a side", "Names the law"]

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"turn_1": ""}, "required"),
            ({"response_B": ""}, "required"),
            ({"response_D": "x"}, "The one before this is empty"),
            ({"turn_3": "x"}, "The one before this is empty"),
            ({"turn_2": "x"}, "the person&#x27;s"),
            ({"response_B": "You are."}, "no two are the same"),
            ({"key": "taken"}, "already exists"),
        ],
    )
    def test_what_is_no_prompt_is_refused_and_kept_in_the_form(self, client, study, more, said):
        make_prompt(study, key="taken")
        response = self.post(client, study, criteria="Takes a side", **more)
        assert response.status_code == 400
        assert said in page_of(response)
        assert "Takes a side" in page_of(response)
        assert study.prompts.count() == 1

    def test_a_reviewer_does_not_write_prompts(self, client, study):
        client.force_login(make_member(study, Role.REVIEWER))
        assert self.post(client, study).status_code == 403
        assert not study.prompts.exists()
