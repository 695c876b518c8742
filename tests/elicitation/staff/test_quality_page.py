"""The page of signs, and leaving people out by it."""

import pytest
from django.urls import reverse

from elicitation.models import Exclusion, QualityFlag, Role
from elicitation.quality import kinds
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return make_study(slug="ours")


@pytest.fixture
def given(study):
    return make_assessment(make_prompt(study), make_participant(study, key="hasty"), world="A>B>C>D")


@pytest.fixture
def flag(given):
    return QualityFlag.objects.create(
        participant=given.participant,
        kind=kinds.TOO_FAST,
        strength=0.7,
        evidence={
            "share_of_median_time": 0.12,
            "deviations": -4.0,
            "steps": 8,
            "median_seconds": 21,
            "assessments": [given.pk],
        },
    )


@pytest.fixture
def researcher(client, study):
    user = make_member(study, Role.RESEARCHER)
    client.force_login(user)
    return user


def page(client, **query):
    answer = client.get(reverse("elicitation:quality", args=["ours"]), query)
    assert answer.status_code == 200
    return answer


def test_it_works(client, researcher, flag):
    other = make_participant(flag.participant.study, key="calm")
    make_assessment(flag.participant.study.prompts.get(), other, world="A>B>C>D")
    shown = page(client)
    text = shown.content.decode()
    assert "hasty" in text
    assert "In the middle step 12 % of the usual time; 21 seconds for a whole task." in text
    assert "calm" not in text
    assert (shown.context["without"].people, shown.context["without"].people_now) == (1, 2)


def test_nobody_has_a_sign(client, researcher, given):
    assert "Nobody has a sign" in page(client).content.decode()


def test_it_can_be_narrowed(client, researcher, flag):
    assert [person.key for person, _ in page(client, kind=kinds.TOO_FAST, strength="strong").context["people"]] == [
        "hasty"
    ]
    assert page(client, kind=kinds.ALL_TIES).context["people"] == []
    assert page(client, state="excluded").context["people"] == []
    assert page(client, kind="nonsense").status_code == 200


def test_a_weak_sign_does_not_come_before_a_telling_one(client, researcher, flag):
    for number in range(2):
        person = make_participant(flag.participant.study, key=f"unsteady-{number}")
        QualityFlag.objects.create(participant=person, kind=kinds.UNSTEADY, strength=1.0)
    assert next(person.key for person, _ in page(client).context["people"]) == "hasty"


def test_people_ticked_are_excluded_for_a_reason(client, researcher, flag):
    post = {"person": [flag.participant.pk], "reason": "Read nothing."}
    answer = client.post(reverse("elicitation:exclude-people", args=["ours"]), post, follow=True)
    assert "1 person is left out of results now." in answer.content.decode()
    assert Exclusion.objects.get().by == researcher
    assert [person.key for person, _ in page(client, state="excluded").context["people"]] == ["hasty"]


@pytest.mark.parametrize("post", [{"reason": "Why not."}, {"person": ["x", "-1"], "reason": "Why not."}])
def test_nobody_ticked_excludes_nobody(client, researcher, flag, post):
    answer = client.post(reverse("elicitation:exclude-people", args=["ours"]), post, follow=True)
    assert "Please tick at least one person." in answer.content.decode()
    assert not Exclusion.objects.exists()


def test_without_a_reason_nobody_is_excluded(client, researcher, flag):
    client.post(reverse("elicitation:exclude-people", args=["ours"]), {"person": [flag.participant.pk]})
    assert not Exclusion.objects.exists()


def test_a_person_of_another_study_cannot_be_excluded_here(client, researcher, flag):
    elsewhere = make_participant(make_study())
    client.post(reverse("elicitation:exclude-people", args=["ours"]), {"person": [elsewhere.pk], "reason": "x"})
    assert not Exclusion.objects.exists()


def test_the_page_of_a_person_shows_signs_and_takes_them_out_and_in(client, researcher, flag):
    person = reverse("elicitation:person", args=["ours", flag.participant.pk])
    change = reverse("elicitation:change-exclusion", args=["ours", flag.participant.pk])
    assert "Much faster than others" in client.get(person).content.decode()
    client.post(change, {"reason": "Read nothing."})
    assert "Read nothing." in client.get(person).content.decode()
    client.post(change, {"what": "readmit", "reason": "They did."})
    flag.participant.refresh_from_db()
    assert flag.participant.excluded_at is None
    assert "Was excluded from" in client.get(person).content.decode()


def test_the_page_of_an_assessment_shows_what_speaks_of_it(client, researcher, flag, given):
    shown = client.get(reverse("elicitation:assessment", args=["ours", given.pk]))
    assert "Much faster than others" in shown.content.decode()


def test_signs_are_looked_for_at_once_in_a_small_study(client, researcher, given):
    given.unacceptable_flags.create(letter="A")
    client.post(reverse("elicitation:find-flags", args=["ours"]))
    assert QualityFlag.objects.get().kind == kinds.UNACCEPTABLE_FIRST


@pytest.mark.parametrize("name", ["find-flags", "exclude-people"])
def test_a_reviewer_sees_and_changes_nothing(client, study, flag, name):
    client.force_login(make_member(study, Role.REVIEWER))
    assert 'name="person"' not in page(client).content.decode()
    post = {"person": [flag.participant.pk], "reason": "x"}
    assert client.post(reverse(f"elicitation:{name}", args=["ours"]), post).status_code == 403
    assert not Exclusion.objects.exists()


def test_strangers_find_nothing(client, flag):
    client.force_login(make_member(make_study()))
    assert client.get(reverse("elicitation:quality", args=["ours"])).status_code == 404
