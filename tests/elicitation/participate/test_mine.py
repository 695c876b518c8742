"""A person's own page: who sees it, what it shows, and what can be done there."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from elicitation import submission
from elicitation.assignment import next_task
from elicitation.models import Assessment, Participant, Ranking, Study
from elicitation.protocol import default_intake, default_steps
from tests.factories import make_assessment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db

TEXTS = {"information": "We are the *bee* people.", "consent": "You may stop any time.", "thanks": "", "publishes": []}


@pytest.fixture
def study() -> Study:
    study = make_study(steps=default_steps(), tasks_per_person=1, title="Bees")
    study.protocols.update(intake=default_intake(), texts=TEXTS, published_at=timezone.now())
    make_prompt(study, criteria=1)
    return study


@pytest.fixture
def person(study: Study) -> Participant:
    """Make somebody who has said something about themselves and handed in their only task, A to D shown as D to A."""
    person = make_participant(study, protocol=study.protocols.get())
    person.intake_answers.create(key="age", state="answered", value="25-34", original="25-34")
    task = next_task(participant=person)
    assert task is not None
    task.shown_order = "DCBA"
    task.save()
    criterion = task.prompt.criteria.get()
    places = {"A": "1", "B": "2", "C": "2", "D": "4"}
    submission.submit(
        key=task.idempotency_key,
        sender=submission.Sender(token=person.token, link=study.link_token),
        fields={
            **{f"personal_place_{letter}": [place] for letter, place in places.items()},
            "personal_why": ["A names the risk."],
            "world_skip": ["1"],
            "unacceptable": ["D"],
            "unacceptable_why": ["It scolds."],
            "importance": ["3"],
            f"score_{criterion.pk}": ["-4"],
            "own_criterion": ["Names the risk"],
            "own_score": ["7"],
        },
    )
    person.finished_at = person.outcome_at = timezone.now()
    person.outcome = Participant.Outcome.COMPLETE
    person.save()
    return person


@pytest.fixture
def visitor(person: Participant, client: Client) -> Client:
    client.cookies["collective-person"] = person.token
    return client


def page(study: Study, rest: str = "") -> str:
    return f"/p/{study.link_token}/mine/{rest}"


def test_it_shows_everything_in_the_letters_the_person_saw(visitor: Client, study: Study):
    text = visitor.get(page(study)).content.decode()
    for said in ("25-34", "A names the risk.", "It scolds.", "Very important", "Names the risk", "+7", "-4", "bee"):
        assert said in text
    assert "A, then B tied with C, then D" in " ".join(text.split())
    assert "Complete" in text


def test_the_own_link_leads_there_from_another_device(person: Participant, study: Study, client: Client):
    response = client.get(f"/p/me/{person.token}/", follow=True)
    assert page(study) in response.content.decode()
    assert client.get(page(study)).status_code == 200


def test_a_stranger_is_led_to_the_first_page(study: Study, client: Client):
    response = client.get(page(study))
    assert (response.status_code, response["Location"]) == (303, f"/p/{study.link_token}/")


def test_a_panels_id_alone_does_not_open_it(person: Participant, study: Study, client: Client):
    panel = study.panels.create(name="Panel", id_parameter="pid")
    panel.entries.create(participant=person, external_id="abc-123")
    client.get(f"/p/{study.link_token}/?pid=abc-123", follow=True)
    for rest in ("", "answers.json", "withdraw/everything/", f"answers/{person.assessments.get().pk}/"):
        response = client.get(page(study, rest))
        assert response.status_code == 403
        assert "names the risk" not in response.content.decode().lower()
    assert client.post(page(study, "withdraw/everything/")).status_code == 403
    person.refresh_from_db()
    assert person.withdrawn_at is None


def test_the_download_holds_everything_and_is_named(visitor: Client, study: Study, person: Participant):
    response = visitor.get(page(study, "answers.json"))
    assert response["Content-Disposition"].startswith("attachment; filename=")
    found = json.loads(response.content)
    assert (found["format"], found["version"], found["you"]["key"]) == ("collective/own-data", 1, person.key)
    assert found["agreed_to"]["texts"] == TEXTS
    assert [line["answer"] for line in found["about_you"]] == ["25-34"]
    (task,) = found["tasks"]
    assert task["answers"]["personal"] == {
        "question": "Which responses would you want for yourself?",
        "state": "answered",
        "places": [["A"], ["B", "C"], ["D"]],
        "why": "A names the risk.",
    }
    assert task["answers"]["world"]["state"] == "skipped"
    assert task["answers"]["unacceptable"]["letters"] == ["D"]
    assert task["answers"]["criteria"]["criteria"] == [{"text": "Does thing 0", "score": -4}]
    assert task["answers"]["own_criterion"]["criteria"] == [{"text": "Names the risk", "score": 7}]
    assert task["responses"][0]["text"].startswith("Answer D")


def test_the_readable_file_stands_alone(visitor: Client, study: Study):
    response = visitor.get(page(study, "answers.html"))
    text = response.content.decode()
    assert response["Content-Disposition"].startswith("attachment")
    assert "A names the risk." in text
    assert "<link" not in text
    assert "src=" not in text
    assert study.link_token not in text


def test_hearing_back_can_be_chosen_and_unchosen(visitor: Client, study: Study, person: Participant):
    visitor.post(page(study, "hear-back/"), {"hear_back": "yes"})
    person.refresh_from_db()
    assert person.wants_to_hear_back
    assert "Nothing has been changed because of this study yet" in visitor.get(page(study)).content.decode()
    visitor.post(page(study, "hear-back/"), {"hear_back": "no"})
    person.refresh_from_db()
    assert not person.wants_to_hear_back


def test_taking_back_says_first_what_will_happen_and_does_nothing_before(visitor: Client, study: Study):
    for rest in ("withdraw/", "withdraw/everything/", "withdraw/texts/", "withdraw/about-you/"):
        assert visitor.get(page(study, rest)).status_code == 200
    answer = Assessment.objects.get().pk
    assert "Take this answer back?" in visitor.get(page(study, f"answers/{answer}/withdraw/")).content.decode()
    assert Assessment.objects.count() == 1


def test_everything_is_taken_back_and_the_page_says_so_from_then_on(visitor: Client, study: Study, person: Participant):
    address = page(study, "withdraw/everything/")
    for _twice in range(2):
        response = visitor.post(address, follow=True)
        assert "You took back what you gave" in response.content.decode()
    assert Assessment.objects.count() == 0
    for rest in ("", "answers.json", "compare/", "withdraw/"):
        assert "You took back what you gave" in visitor.get(page(study, rest)).content.decode()
    elsewhere = Client().get(f"/p/me/{person.token}/", follow=True)
    assert "You took back what you gave" in elsewhere.content.decode()


def test_their_code_stays_theirs(visitor: Client, study: Study):
    study.completion_code = "C0FFEE"
    study.save()
    response = visitor.post(page(study, "withdraw/everything/"), follow=True)
    assert "C0FFEE" in response.content.decode()


def test_parts_are_taken_back(visitor: Client, study: Study):
    visitor.post(page(study, "withdraw/texts/"))
    text = visitor.get(page(study)).content.decode()
    assert "A names the risk." not in text
    assert "Very important" in text
    visitor.post(page(study, f"answers/{Assessment.objects.get().pk}/withdraw/"))
    assert "You have not handed in a task." in visitor.get(page(study)).content.decode()


def test_a_correction_starts_from_what_was_handed_in(visitor: Client, study: Study):
    answer = Assessment.objects.get()
    text = visitor.get(page(study, f"answers/{answer.pk}/")).content.decode()
    assert "A names the risk." in text
    assert "Names the risk" in text


def test_a_correction_is_stored_and_an_older_page_is_told(visitor: Client, study: Study):
    answer = Assessment.objects.get()
    address = page(study, f"answers/{answer.pk}/")
    sent = {f"personal_place_{letter}": "1" for letter in "ABCD"} | {"world_skip": "1", "version": "0"}
    assert visitor.post(address, sent)["Location"].endswith("?done=corrected")
    assert Ranking.objects.get(block="personal").order == "A=B=C=D"
    assert visitor.post(address, sent).status_code == 303, "the same again is a retry"
    other = visitor.post(address, sent | {"personal_why": "No."})
    assert other.status_code == 409
    assert "No." in other.content.decode()
    assert Ranking.objects.get(block="personal").justification == ""


def test_a_correction_that_cannot_be_taken_says_why(visitor: Client, study: Study):
    answer = Assessment.objects.get()
    response = visitor.post(page(study, f"answers/{answer.pk}/"), {"personal_place_A": "1", "version": "0"})
    assert response.status_code == 422
    assert Ranking.objects.get(block="personal").justification == "A names the risk."


def test_nothing_is_corrected_after_the_days_for_it_nor_after_looking_at_others(
    visitor: Client, study: Study, person: Participant
):
    answer = Assessment.objects.get()
    visitor.post(page(study, "compare/"))
    assert visitor.get(page(study, f"answers/{answer.pk}/")).status_code == 403
    Participant.objects.update(compared_at=None)
    Assessment.objects.update(submitted_at=timezone.now() - timedelta(days=study.correction_days, seconds=1))
    assert visitor.post(page(study, f"answers/{answer.pk}/"), {"version": "0"}).status_code == 403


def test_what_was_said_about_oneself_can_be_corrected(visitor: Client, study: Study, person: Participant):
    assert "25-34" in visitor.get(page(study, "about-you/")).content.decode()
    visitor.post(page(study, "about-you/"), {"age": "35-44"})
    assert person.intake_answers.get(key="age").value == "35-44"


def test_nobody_opens_anothers_answers(study: Study, person: Participant, client: Client):
    other = make_participant(study)
    client.cookies["collective-person"] = other.token
    answer = person.assessments.get().pk
    for rest in (f"answers/{answer}/", f"answers/{answer}/withdraw/"):
        assert client.get(page(study, rest))["Location"] == page(study)
        client.post(page(study, rest), {"version": "0"})
    assert person.assessments.count() == 1


def test_where_one_stands_is_told_only_after_one_is_done_and_has_asked(
    visitor: Client, study: Study, person: Participant
):
    first = visitor.get(page(study, "compare/")).content.decode()
    assert "Once you have looked, you can no longer correct your answers" in first
    prompt = study.prompts.get()
    for _ in range(12):
        make_assessment(prompt, make_participant(study), personal="D>B=C>A")
    text = " ".join(visitor.post(page(study, "compare/"), follow=True).content.decode().split())
    assert "12 of 12" in text
    Participant.objects.filter(pk=person.pk).update(outcome="", outcome_at=None, finished_at=None, compared_at=None)
    assert visitor.get(page(study, "compare/"))["Location"] == page(study)
    assert visitor.post(page(study, "compare/"))["Location"] == page(study)
