"""The pages of those who take part. If these fail, a person stands before a closed door, or walks through another's."""

import gzip
import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from elicitation import finishing
from elicitation.models import Assessment, Assignment, Draft, Participant, Quota, Study
from elicitation.participate.devices import device_class
from elicitation.participate.visits import COOKIE
from tests.browser.walk import make_demo_like
from tests.factories import make_assignment, make_participant, make_prompt

pytestmark = pytest.mark.django_db

ALL_SKIPPED = {"personal_skip": "1", "world_skip": "1"}


@pytest.fixture
def study():
    return make_demo_like()


class Visitor:
    """A person with a browser of their own."""

    def __init__(self, study):
        self.study = study
        self.client = Client(enforce_csrf_checks=True)

    def url(self, rest=""):
        return f"/p/{self.study.link_token}/{rest}"

    def get(self, rest="", **options):
        return self.client.get(self.url(rest), **options)

    def post(self, rest, data, **options):
        token = self.client.cookies["csrftoken"].value if "csrftoken" in self.client.cookies else ""
        return self.client.post(self.url(rest), {"csrfmiddlewaretoken": token, **data}, **options)

    def agree(self):
        page = self.get()
        return self.post("", {"answer": "agree", "visit": page.context["visit"]})

    def arrive(self):
        """Come in and get to the first task; return its page."""
        self.agree()
        self.get("about-you/")
        self.post("about-you/", {"age": "25-34"})
        return self.get("next/", follow=True)

    @property
    def person(self):
        return Participant.objects.get(token=self.client.cookies[COOKIE].value)

    @property
    def task(self):
        return self.person.assignments.get(state="reserved")

    def at_task(self, data, rest=""):
        return self.post(f"task/{self.task.idempotency_key}/{rest}", data)


@pytest.fixture
def visitor(study):
    return Visitor(study)


def heading(response):
    found = re.search(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[1]).strip() if found else ""


# --- coming in --------------------------------------------------------------------------------------------


def test_it_works(visitor):
    assert heading(visitor.get()) == "How should an AI answer?"
    assert visitor.agree().url == visitor.url("about-you/")
    assert "How old are you?" in visitor.get("about-you/").content.decode()
    assert visitor.post("about-you/", {"age": "25-34"}).url == visitor.url("next/")
    task = visitor.get("next/", follow=True)
    assert heading(task) == "Somebody asks an AI"
    for number in (1, 2):
        assert Assessment.objects.count() == number - 1
        handed_in = visitor.at_task(ALL_SKIPPED)
        assert (handed_in.status_code, handed_in.url) == (303, visitor.url("next/"))
        visitor.get("next/", follow=True)
    end = visitor.get("finish/")
    assert heading(end) == "Thank you. That was all."
    assert "C1A2B3" in end.content.decode()


def test_looking_or_declining_leaves_nothing_behind(visitor):
    visitor.get()
    declined = visitor.post("", {"answer": "decline", "visit": str(uuid.uuid4())}, follow=True)
    assert heading(declined) == "Thank you for reading this"
    assert not Participant.objects.exists()
    assert COOKIE not in visitor.client.cookies


def test_the_cookie_is_for_this_study_alone_and_hidden_from_scripts(visitor):
    cookie = visitor.agree().cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (visitor.url(), True, "Lax")


def test_the_token_stands_in_no_address_and_pages_are_not_stored(visitor):
    task = visitor.arrive()
    token = visitor.person.token
    assert not any(token in url for url, _status in task.redirect_chain)
    assert "no-store" in task.headers["Cache-Control"]
    assert task.headers["Referrer-Policy"] == "same-origin"


def test_who_comes_again_is_led_to_where_they_were(visitor):
    visitor.agree()
    assert visitor.get().url == visitor.url("about-you/")
    visitor.get("about-you/")
    visitor.post("about-you/", {})
    assert visitor.get().url == visitor.url("next/")
    first = visitor.get("next/").url
    assert visitor.get("next/").url == first
    assert Participant.objects.count() == 1


def test_a_double_click_on_consent_is_one_person(visitor):
    visit = str(visitor.get().context["visit"])
    other = Client()
    for client in (visitor.client, other):
        client.handler.enforce_csrf_checks = False
        client.post(visitor.url(), {"answer": "agree", "visit": visit})
    assert Participant.objects.count() == 1


def test_ones_own_link_leads_in_from_another_device_and_on_to_an_address_without_it(visitor):
    visitor.arrive()
    other = Visitor(visitor.study)
    response = other.client.get(f"/p/me/{visitor.person.token}/")
    assert (response.status_code, response["Location"]) == (303, visitor.url())
    assert other.person == visitor.person


@pytest.mark.parametrize("path", ["/p/nowhere/", "/p/nowhere/task/4b1f1e6a-0000-4000-8000-000000000000/", "/p/me/no/"])
def test_an_unknown_link_is_said_kindly(client, path):
    response = client.get(path)
    assert (response.status_code, heading(response)) == (404, "This link leads nowhere")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("draft", "This study has not begun yet"),
        ("paused", "This study takes a break"),
        ("closed", "This study has ended"),
    ],
)
def test_a_study_that_is_not_open_says_so_and_takes_nobody_in(visitor, status, words):
    token = visitor.get().context["visit"]
    Study.objects.update(status=status)
    response = visitor.get()
    assert (response.status_code, heading(response)) == (403, words)
    assert heading(visitor.post("", {"answer": "agree", "visit": token})) == words
    assert not Participant.objects.exists()


@pytest.mark.parametrize("rest", ["about-you/", "next/", "finish/", f"task/{uuid.UUID(int=1)}/"])
def test_without_having_come_in_every_page_leads_to_the_first(visitor, rest):
    assert visitor.get(rest).url == visitor.url()


def test_somebody_else_on_the_same_device_is_another_person(visitor):
    visitor.arrive()
    first = visitor.person
    assert visitor.post("leave/", {}).url == visitor.url()
    assert heading(visitor.get()) == "How should an AI answer?"
    visitor.agree()
    assert visitor.person != first


def test_a_cookie_of_another_study_is_nobody_here(visitor):
    other = Visitor(make_demo_like())
    other.arrive()
    visitor.client.cookies[COOKIE] = other.person.token
    assert heading(visitor.get()) == "How should an AI answer?"


# --- the intake survey --------------------------------------------------------------------------------------


def test_intake_that_is_refused_comes_back_as_it_was_sent(visitor):
    visitor.agree()
    visitor.get("about-you/")
    response = visitor.post("about-you/", {"age": "17", "ideal-model-behavior": "kind", "gender": "Female"})
    content = response.content.decode()
    assert response.status_code == 422
    assert "Please choose one of the answers offered." in content
    assert ">\nkind</textarea>" in content
    assert re.search(r'value="Female"[^>]* checked', content)
    assert visitor.person.intake_at is None


def test_a_study_without_an_intake_survey_goes_straight_to_the_tasks(visitor):
    visitor.study.protocols.update(intake=[])
    assert visitor.agree().url == visitor.url("next/")
    assert "/task/" in visitor.get("next/").url


# --- tasks ----------------------------------------------------------------------------------------------------


def test_the_page_shows_this_persons_letters_and_never_the_prompts_own(visitor):
    page = visitor.arrive()
    task = visitor.task
    texts = {response.letter: response.text for response in task.prompt.responses.all()}
    assert [r["text"] for r in page.context["responses"]] == [texts[letter] for letter in task.shown_order]
    assert [r["label"] for r in page.context["responses"]] == list("ABCD")
    assert "no-store" in page.headers["Cache-Control"]


def test_the_short_form_asks_less(visitor):
    visitor.agree()
    Participant.objects.update(form="short")
    visitor.get("about-you/")
    visitor.post("about-you/", {})
    content = visitor.get("next/", follow=True).content.decode()
    assert "world_board" in content
    assert "personal_board" not in content
    assert "unacceptable" not in content


def test_an_untouched_board_is_refused_and_everything_typed_comes_back(visitor):
    visitor.arrive()
    response = visitor.at_task(
        {"personal_why": "my <words>", "world_place_A": "2", "importance": "3", "unacceptable": ["A"], "own_score": "4"}
    )
    content = response.content.decode()
    assert response.status_code == 422
    assert "You have not ranked the responses yet." in content
    assert "Responses B, C, D have no place yet." in content
    assert "my &lt;words&gt;</textarea>" in content
    assert re.search(r'name="world_place_A" value="2" checked', content)
    assert re.search(r'name="importance" value="3" checked', content)
    assert re.search(r'name="unacceptable" value="A" checked', content)
    assert '<option value="4" selected>' in content
    assert 'href="#personal_board"' in content
    assert not Assessment.objects.exists()
    assert Draft.objects.get().fields["personal_why"] == ["my <words>"]


def test_a_task_handed_in_says_so_when_opened_or_sent_again(visitor):
    visitor.arrive()
    key = visitor.task.idempotency_key
    visitor.at_task(ALL_SKIPPED)
    assert heading(visitor.get(f"task/{key}/")) == "This task is handed in"
    again = visitor.post(f"task/{key}/", {"nonsense": "1"})
    assert (again.status_code, again.url) == (303, visitor.url("next/"))
    assert Assessment.objects.count() == 1


def test_a_strangers_task_is_not_found_and_not_touched(visitor):
    visitor.arrive()
    task = make_assignment(make_participant(visitor.study), visitor.study.prompts.last())
    for response in (
        visitor.get(f"task/{task.idempotency_key}/"),
        visitor.post(f"task/{task.idempotency_key}/", ALL_SKIPPED),
    ):
        assert (response.status_code, heading(response)) == (404, "This task is not among yours")
    assert visitor.post(f"task/{task.idempotency_key}/draft/", {"world_why": "x"}).status_code == 404
    assert not Assessment.objects.exists()
    assert not Draft.objects.exists()


def test_a_task_is_not_handed_in_without_its_csrf_token(visitor):
    visitor.arrive()
    for rest in ("", "draft/"):
        response = visitor.client.post(visitor.url(f"task/{visitor.task.idempotency_key}/{rest}"), ALL_SKIPPED)
        assert response.status_code == 403
    assert not Assessment.objects.exists()


def test_an_expired_lease_with_work_in_it_is_taken_where_there_is_room(visitor):
    visitor.arrive()
    Assignment.objects.update(state="expired")
    key = Assignment.objects.get().idempotency_key
    assert heading(visitor.get(f"task/{key}/")) == "Somebody asks an AI"
    Assignment.objects.update(state="expired")
    assert visitor.post(f"task/{key}/", ALL_SKIPPED).url == visitor.url("next/")
    assert Assessment.objects.count() == 1


@pytest.fixture
def late(visitor):
    """Return a visitor's task whose lease has run out and whose place somebody else has."""
    visitor.arrive()
    task = visitor.task
    Assignment.objects.update(state="expired")
    Study.objects.update(overlap_target=1)
    make_assignment(make_participant(visitor.study), task.prompt)
    return task


def test_an_expired_lease_with_nothing_in_it_is_said_kindly(visitor, late):
    page = visitor.get(f"task/{late.idempotency_key}/")
    assert (page.status_code, heading(page)) == (409, "Others were quicker with this one")
    assert "/task/" in visitor.get("next/").url


@pytest.mark.parametrize(("pay", "is_paid"), [(0, False), (1, True)])
def test_what_comes_late_is_kept_and_the_page_says_so(visitor, late, pay, is_paid):
    Study.objects.update(pay_per_task=pay)
    sent = visitor.post(f"task/{late.idempotency_key}/", {**ALL_SKIPPED, "world_why": "my words"}, follow=True)
    assert heading(sent) == "This one is kept, though it came late"
    assert ("count for your pay" in sent.content.decode()) is is_paid
    assert Assessment.objects.get().is_surplus
    assert "/task/" in visitor.get("next/").url


def test_a_draft_whose_place_is_taken_can_still_be_handed_in(visitor, late):
    visitor.post(f"task/{late.idempotency_key}/draft/", {"world_why": "my words", "revision": "0"})
    page = visitor.get(f"task/{late.idempotency_key}/")
    assert page.status_code == 200
    assert "my words" in page.content.decode()
    assert "Others have answered this one meanwhile" in page.content.decode()


@pytest.mark.parametrize("outcome", ["returned", "withdrawn", "failed_checks"])
def test_who_has_left_is_led_from_an_open_task_to_the_end(visitor, outcome):
    visitor.arrive()
    task = visitor.task
    finishing.end(participant=visitor.person, outcome=outcome)
    for sent in (
        visitor.get(f"task/{task.idempotency_key}/", follow=True),
        visitor.post(f"task/{task.idempotency_key}/", ALL_SKIPPED, follow=True),
    ):
        assert sent.redirect_chain[-1][0].endswith("/finish/")
    assert not Assessment.objects.exists()
    assert not Draft.objects.exists()


# --- enough ---------------------------------------------------------------------------------------------


def test_after_the_fewest_tasks_a_person_is_asked_and_may_go_on_or_stop(visitor):
    Study.objects.update(fewest_tasks=1)
    visitor.arrive()
    assert visitor.get("enough/", follow=True).redirect_chain[-1][0].startswith(visitor.url("task/"))
    asked = visitor.at_task(ALL_SKIPPED)
    asked = visitor.client.get(asked.url, follow=True)
    assert heading(asked) == "You may stop here"
    assert not visitor.person.assignments.filter(state="reserved").exists()
    more = visitor.post("enough/", {"answer": "more"})
    assert more.url == visitor.url(f"task/{visitor.task.idempotency_key}/")
    assert heading(visitor.get("next/", follow=True)) == "You may stop here"
    visitor.at_task({"world_why": "begun", "revision": "0"}, "draft/")
    assert "/task/" in visitor.get("next/").url
    done = visitor.post("enough/", {"answer": "done"}, follow=True)
    assert done.redirect_chain[-1][0] == visitor.url("finish/")
    assert visitor.person.outcome == "complete"


def test_nobody_stops_before_they_have_done_enough(visitor):
    visitor.arrive()
    assert "/task/" in visitor.post("enough/", {"answer": "done"}, follow=True).redirect_chain[-1][0]
    assert visitor.person.outcome == ""


# --- quotas ---------------------------------------------------------------------------------------------


def test_a_full_quota_sends_away_after_the_intake_and_for_good(visitor):
    Quota.objects.create(study=visitor.study, label="Young", position=0, conditions={"age": ["25-34"]}, places=0)
    page = visitor.arrive()
    assert page.redirect_chain[-1][0] == visitor.url("finish/")
    assert visitor.person.outcome == "quota_full"
    again = visitor.post("about-you/", {"age": "65+"}, follow=True)
    assert again.redirect_chain[-1][0] == visitor.url("finish/")
    assert visitor.person.intake_answers.get(key="age").value == "25-34"


def test_when_no_prompt_is_left_a_newcomer_is_told_and_may_look_again(visitor):
    Study.objects.update(overlap_target=1)
    for prompt in visitor.study.prompts.all():
        make_assignment(make_participant(visitor.study), prompt)
    response = visitor.arrive()
    assert heading(response) == "There is no task for you right now"
    assert visitor.person.finished_at is None


def test_who_has_done_something_ends_when_no_prompt_is_left(visitor):
    visitor.arrive()
    Study.objects.update(overlap_target=1)
    for prompt in visitor.study.prompts.exclude(pk=visitor.task.prompt_id):
        make_assignment(make_participant(visitor.study), prompt)
    visitor.at_task(ALL_SKIPPED)
    assert heading(visitor.get("next/", follow=True)) == "Thank you. That was all."


def test_in_a_paused_study_the_task_at_hand_can_be_ended_and_no_new_one_begun(visitor):
    visitor.arrive()
    Study.objects.update(status="paused")
    assert visitor.at_task(ALL_SKIPPED).status_code == 303
    assert heading(visitor.get("next/")) == "This study takes a break"


def test_a_closed_study_takes_nothing_more_but_keeps_the_draft(visitor):
    visitor.arrive()
    Study.objects.update(status="closed")
    response = visitor.at_task({**ALL_SKIPPED, "world_why": "late"})
    assert heading(response) == "This study has ended"
    assert not Assessment.objects.exists()
    assert Draft.objects.get().fields["world_why"] == ["late"]


# --- drafts -----------------------------------------------------------------------------------------------------


def test_a_draft_is_answered_with_its_revision_and_shown_again(visitor):
    visitor.arrive()
    first = visitor.at_task({"world_why": "one", "revision": "0"}, "draft/")
    assert (first.status_code, first.json()["revision"]) == (200, 1)
    assert 3590 <= first.json()["seconds"] <= 3600  # the task is kept for the whole time again
    assert visitor.at_task({"world_why": "two", "revision": "1"}, "draft/").json()["revision"] == 2
    content = visitor.get("next/", follow=True).content.decode()
    assert ">two</textarea>" in content
    assert 'name="revision" value="2"' in content


def test_a_stale_draft_is_a_conflict(visitor):
    visitor.arrive()
    visitor.at_task({"world_why": "one", "revision": "0"}, "draft/")
    stale = visitor.at_task({"world_why": "old", "revision": "0"}, "draft/")
    assert (stale.status_code, stale.json()["revision"]) == (409, 1)


def test_a_draft_that_is_too_long_or_too_late_is_refused_in_a_sentence(visitor):
    visitor.arrive()
    key = visitor.task.idempotency_key
    assert visitor.at_task({"world_why": "x" * 200_001}, "draft/").status_code == 413
    visitor.at_task(ALL_SKIPPED)
    late = visitor.post(f"task/{key}/draft/", {"world_why": "late"})
    assert (late.status_code, late.json()["error"]) == (410, "This task was handed in already.")


def test_handing_in_from_an_old_page_asks_first_and_the_second_time_means_it(visitor):
    visitor.arrive()
    visitor.at_task({"world_why": "newer", "revision": "0"}, "draft/")
    sent = {**ALL_SKIPPED, "world_why": "older", "revision": "0"}
    asked = visitor.at_task(sent)
    content = asked.content.decode()
    assert asked.status_code == 409
    assert "Show the newer version" in content
    assert ">older</textarea>" in content
    assert Draft.objects.get().fields == {"world_why": ["newer"]}
    (revision,) = re.findall(r'name="revision" value="(\d+)"', content)
    assert visitor.at_task({**sent, "revision": revision}).status_code == 303
    assert Assessment.objects.get().rankings.get(block="world").justification == "older"


def test_the_pages_own_script_is_answered_in_json(visitor):
    visitor.arrive()
    key = visitor.task.idempotency_key
    visitor.at_task({"world_why": "newer", "revision": "0"}, "draft/")

    def send(**data):
        return visitor.post(f"task/{key}/", {**ALL_SKIPPED, **data}, headers={"accept": "application/json"})

    stale = send(world_why="older", revision="0")
    assert (stale.status_code, stale.json()["revision"]) == (409, 1)
    assert send(world_skip="").status_code == 422
    typed = '{"world_why": {"typed": 5, "pasted": 0, "seconds": 2}}'
    taken = send(revision="1", typing=typed, seconds="[1]")
    assert (taken.status_code, taken.json()) == (200, {"next": visitor.url("next/"), "repeated": False})
    assert send(revision="1").json() == {"next": visitor.url("next/"), "repeated": True}
    assert Assessment.objects.get().typing == {"world_why": {"typed": 5, "pasted": 0, "seconds": 2}}
    visitor.client.cookies.pop(COOKIE)
    assert send().status_code == 404


def test_looking_at_a_task_again_keeps_it(visitor):
    visitor.arrive()
    task = visitor.task
    Assignment.objects.update(leased_until=timezone.now() + timedelta(minutes=5))
    visitor.get(f"task/{task.idempotency_key}/")
    assert visitor.task.leased_until > timezone.now() + timedelta(minutes=50)


def test_save_for_later_keeps_everything_without_handing_in(visitor):
    visitor.arrive()
    response = visitor.at_task({"world_why": "half a th", "later": "1", "revision": "0"})
    assert response.status_code == 200
    assert 'role="status">Saved. You can close this page' in response.content.decode()
    assert Draft.objects.get().fields == {"world_why": ["half a th"]}
    old = visitor.at_task({"world_why": "older", "later": "1", "revision": "0"})
    assert old.status_code == 409
    assert 'role="status">Saved. You can close this page' not in old.content.decode()


# --- the end ------------------------------------------------------------------------------------------------------


def test_the_last_page_cannot_be_reached_before_the_end(visitor):
    visitor.arrive()
    assert visitor.get("finish/").url == visitor.url("next/")


def test_hearing_back_is_chosen_and_taken_back(visitor):
    Study.objects.update(tasks_per_person=1)
    visitor.arrive()
    visitor.at_task(ALL_SKIPPED)
    visitor.get("next/", follow=True)
    visitor.post("finish/", {"hear_back": "yes"})
    assert visitor.person.wants_to_hear_back
    assert visitor.person.token in visitor.get("finish/").content.decode()
    visitor.post("finish/", {"hear_back": "no"})
    assert not visitor.person.wants_to_hear_back


# --- weight and queries -----------------------------------------------------------------------------------------


def test_a_working_page_weighs_less_than_100_kib_compressed(visitor):
    page = visitor.arrive().content
    files = set(re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js|svg))"', page.decode()))
    assert {"js/draft.js", "js/steps.js", "css/base.css"} <= files
    weights = {name: len(gzip.compress(Path(str(finders.find(name))).read_bytes(), 6)) for name in files}
    total = sum(weights.values()) + len(gzip.compress(page, 6))
    assert total < 100 * 1024, weights


def test_a_page_takes_the_same_queries_whatever_the_number_of_people(visitor, django_assert_max_num_queries):
    visitor.arrive()
    for _ in range(5):
        make_assignment(make_participant(visitor.study), make_prompt(visitor.study))
    with django_assert_max_num_queries(14):
        visitor.get(f"task/{visitor.task.idempotency_key}/")


@pytest.mark.parametrize(
    ("said", "device"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", "phone"),
        ("Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36", "phone"),
        ("Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 Chrome/130 Safari/537.36", "tablet"),
        ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X)", "tablet"),
        ("Mozilla/5.0 (X11; Linux x86_64) Firefox/132.0", "desktop"),
        ("", ""),
    ],
)
def test_devices_are_told_apart(said, device):
    assert device_class(said) == device
