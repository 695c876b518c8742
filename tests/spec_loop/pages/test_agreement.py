"""The page of a study's agreement with a spec."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from elicitation.exclusion import exclude
from elicitation.models import AnswerState, IntakeAnswer, Role
from spec_loop.document import spec_text
from spec_loop.models import SpecRanking
from spec_loop.pages import agreement as page
from spec_loop.rankers import rank_study
from spec_loop.versions import import_spec
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study, make_user
from tests.measures.strategies import CROWD
from tests.spec_loop.asking import SPEC

pytestmark = pytest.mark.django_db
MODEL = "openai:some-model"


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.clear()


@pytest.fixture
def study():
    """A study of two prompts, each ranked by five people, one group of whom is large enough for a figure."""
    study = make_study(title="City")
    prompts = [
        make_prompt(study, key="a/b", messages=[{"role": "user", "content": "May I keep bees?"}]),
        make_prompt(study, messages=[{"role": "user", "content": "<b>Who pays?</b>"}]),
    ]
    for number in range(12):
        person = make_participant(study)
        value = "65+" if number < 2 else "18-24"
        IntakeAnswer.objects.create(
            participant=person, key="age", state=AnswerState.ANSWERED, value=value, original=value
        )
        for prompt in prompts:
            make_assessment(prompt, person, personal=CROWD[number % 5], world="D>C>B>A")
    return study


@pytest.fixture
def version(study):
    return import_spec(by=None, name="rules", data=SPEC.encode(), title="Rules", study=study)


@pytest.fixture
def ranked(study, version, gateway):
    rank_study(spec=spec_text(version.text), prompts=list(study.prompts.all()), ranker=MODEL)
    return version


@pytest.fixture
def researcher(client, study):
    user = make_member(study, Role.RESEARCHER)
    client.force_login(user)
    return user


@pytest.fixture
def reviewer(client, study):
    user = make_member(study, Role.REVIEWER)
    client.force_login(user)
    return user


def address(study):
    return reverse("spec_loop:agreement", args=[study.slug])


def shown(client, study, **query):
    answer = client.get(address(study), query)
    assert answer.status_code == 200
    return answer


def rank(client, study, version):
    return client.post(reverse("spec_loop:rank-offline", args=[study.slug]), {"version": version.hash})


def test_it_works(client, reviewer, study, ranked):
    answer = shown(client, study)
    found = answer.context["found"]
    assert found.overall.prompts == 2
    text = answer.content.decode()
    for words in (f"{found.overall.pair_agreement.estimate:.3f}", "Be brief", "18-24", "too few people", "May I keep"):
        assert words in text
    assert reverse("elicitation:prompt", args=[study.slug, "a/b"]) in text
    assert "&lt;b&gt;Who pays?" in text
    assert "<b>Who pays?" not in text


def test_it_is_for_those_with_a_role_in_the_study(client, study, ranked):
    assert client.get(address(study)).status_code == 302
    client.force_login(make_user())
    assert client.get(address(study)).status_code == 404
    client.force_login(make_member(make_study(), Role.ADMIN))
    assert client.get(address(study)).status_code == 404


def test_a_language_model_and_the_baseline_are_told_apart(client, reviewer, study, ranked):
    assert "Offline baseline" not in shown(client, study).content.decode().split("<dl", 1)[1]
    notice = "No language model was asked"
    assert notice not in shown(client, study).content.decode()
    assert notice in shown(client, study, ranker="offline").content.decode()


def test_simulated_people_are_named_as_such(client, reviewer, study, ranked):
    assert "Simulated data" not in shown(client, study).content.decode()
    study.is_simulated = True
    study.save()
    assert "Simulated data" in shown(client, study).content.decode()


def test_block_version_and_ranker_are_chosen(client, reviewer, study, ranked):
    personal, world = (shown(client, study, block=block).context for block in ("personal", "world"))
    assert personal["found"] != world["found"]
    newer = import_spec(by=None, name="rules", data=SPEC.replace("Short", "Very short").encode())
    assert shown(client, study).context["asked"].version == ranked, "what has figures is shown first"
    assert "Nothing is ranked by this version" in shown(client, study, version=newer.hash).content.decode()
    assert shown(client, study, ranker="offline", version=ranked.hash).context["asked"].ranked == 0


def test_unknown_choices_fall_back(client, reviewer, study, ranked):
    asked = shown(client, study, version="x", ranker="file:/etc/passwd", block="cosmic").context["asked"]
    assert (asked.version, asked.ranker, asked.block) == (ranked, MODEL, "personal")


def test_figures_are_not_measured_twice(client, reviewer, study, ranked, monkeypatch):
    shown(client, study)

    def fail(*_args, **_kwargs):
        raise AssertionError("measured again")

    monkeypatch.setattr("spec_loop.measuring.measure_study", fail)
    shown(client, study)


def test_a_page_asks_no_model(client, researcher, study, ranked, gateway):
    asked = len(gateway.asked)
    shown(client, study)
    shown(client, study, ranker="offline")
    assert len(gateway.asked) == asked


def test_without_a_document_it_says_what_to_do(client, researcher, study):
    text = shown(client, study).content.decode()
    assert "No spec to compare people with" in text
    assert reverse("spec_loop:import") in text


def test_documents_of_other_studies_are_not_offered(client, researcher, study, version):
    import_spec(by=None, name="secret", data=SPEC.encode() + b"\nSecret.\n", title="Secret", study=make_study())
    assert "Secret" not in shown(client, study).content.decode()


def test_before_anything_is_ranked_a_researcher_gets_the_button(client, researcher, study, version, gateway):
    text = shown(client, study).content.decode()
    assert "Rank every prompt with the offline baseline" in text
    assert f"manage.py agreement {study.slug} --document rules" in text
    answer = rank(client, study, version)
    assert answer.status_code == 302
    assert SpecRanking.objects.filter(ranker="offline", spec_hash=version.hash).count() == 2
    after = client.get(answer.url)
    assert after.context["asked"].ranked == 2
    assert "The offline baseline has ranked every prompt." in after.content.decode()


def test_a_reviewer_cannot_rank(client, reviewer, study, version, gateway):
    assert "Rank every prompt with" not in shown(client, study).content.decode()
    assert rank(client, study, version).status_code == 403
    assert gateway.asked == []


def test_ranking_takes_a_post_and_a_version_one_may_read(client, researcher, study, version, gateway):
    assert client.get(reverse("spec_loop:rank-offline", args=[study.slug])).status_code == 405
    other = import_spec(by=None, name="secret", data=SPEC.encode() + b"\nSecret.\n", study=make_study())
    assert rank(client, study, other).status_code == 404
    assert gateway.asked == []


def test_ranking_that_takes_long_goes_on_with_the_next_press(client, researcher, study, version, gateway, monkeypatch):
    monkeypatch.setattr(page, "LONGEST_REQUEST", 0)
    text = client.get(rank(client, study, version).url).content.decode()
    assert "Ranked 0 prompts so far, 2 are left" in text


def test_a_half_ranked_study_says_so(client, researcher, study, version, gateway):
    rank_study(spec=spec_text(version.text), prompts=[study.prompts.first()], ranker="offline")
    text = shown(client, study).content.decode()
    assert "1 of 2 prompts are ranked" in text
    assert "Rank every prompt with the offline baseline" in text


def test_people_who_have_not_answered_are_said(client, reviewer, study, ranked):
    study.participants.all().delete()
    assert "Nobody has ranked anything" in shown(client, study).content.decode()


# --- without and with the people excluded -----------------------------------------------------------------------


def test_figures_stand_side_by_side_once_somebody_is_excluded(client, study, ranked, researcher):
    assert shown(client, study, ranker=MODEL).context["both"] == []
    for person in study.participants.order_by("pk")[:2]:
        exclude(by=None, participant=person, reason="Clicked through.")
    without = shown(client, study, ranker=MODEL)
    (name, left, right), *_others = without.context["both"]
    assert (name, left) == ("Pair agreement", without.context["overall"].pair_agreement)
    assert left != right
    assert "A researcher has excluded 2 people who ranked." in without.content.decode()
    everybody = shown(client, study, ranker=MODEL, people="all")
    assert everybody.context["overall"].pair_agreement == right
    counts = [page.context["overall"].assessments + page.context["overall"].all_tied for page in (without, everybody)]
    assert counts == [20, 24]


def test_everybody_excluded_leaves_nothing_but_what_there_was(client, study, ranked, researcher):
    for person in study.participants.all():
        exclude(by=None, participant=person, reason="x")
    assert shown(client, study, ranker=MODEL).context["nothing"]
    assert shown(client, study, ranker=MODEL, people="all").context["found"]
