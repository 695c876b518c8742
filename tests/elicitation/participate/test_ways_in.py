"""Coming in by panels, invitations and the open link, and what one meets at the door. If these fail, a person is two
people, two people are one, or a stranger reads what somebody gave."""

import uuid

import pytest
from django.test import Client

from elicitation import entry, intake
from elicitation.models import InvitedPerson, PanelEntry, Participant, Study
from elicitation.panels.managing import change_panel
from elicitation.participate.visits import COOKIE
from tests.browser.walk import make_demo_like
from tests.elicitation.participate.test_pages import Visitor, heading
from tests.mock_panel import MockPanel

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return make_demo_like()


@pytest.fixture
def panel(study):
    return MockPanel(study, "prolific").panel


@pytest.fixture
def visitor(study):
    return Visitor(study)


class Arrived(Visitor):
    """A visitor with a query in the address of the study."""

    def __init__(self, study, **query):
        super().__init__(study)
        self.query = query

    def url(self, rest=""):
        return super().url(rest)

    def open(self, **query):
        return self.client.get(self.url(), query or self.query)

    def agree(self):
        page = self.open()
        address = page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"]
        token = self.client.cookies["csrftoken"].value
        return self.client.post(
            address, {"csrfmiddlewaretoken": token, "answer": "agree", "visit": page.context["visit"]}
        )


# --- the door ---------------------------------------------------------------------------------------------


def test_a_study_with_a_panel_explains_itself_to_who_comes_without_an_id(panel, visitor):
    response = visitor.get()
    assert (response.status_code, heading(response)) == (403, "People come to this study from elsewhere")
    assert "Prolific" in response.content.decode()
    assert visitor.post("", {"answer": "agree", "visit": str(uuid.uuid4())}).status_code == 403
    assert not Participant.objects.exists()


def test_the_open_link_can_be_allowed_beside_a_panel(panel, study, visitor):
    Study.objects.update(admits_open_link=True)
    visitor.agree()
    assert visitor.person.source == "link"


def test_a_study_whose_panels_have_ended_is_open_again(panel, visitor):
    change_panel(by=None, panel=panel, is_active=False)
    assert visitor.agree().status_code == 303


def test_a_panel_that_has_ended_takes_nobody_new_and_lets_its_people_go_on(panel, study):
    first = Arrived(study, PROLIFIC_PID="aaa1")
    first.agree()
    change_panel(by=None, panel=panel, is_active=False)
    late = Arrived(study, PROLIFIC_PID="bbb2")
    Study.objects.update(admits_open_link=False)
    study.panels.create(name="Other", id_parameter="pid")
    response = late.open()
    assert (response.status_code, heading(response)) == (403, "People come to this study from elsewhere")
    assert "PROLIFIC-2" in response.content.decode()  # its code for a full quota
    assert Arrived(study, PROLIFIC_PID="aaa1").open().status_code == 303


def test_who_comes_too_late_is_told_how_to_go_back(panel, study):
    Study.objects.update(status="closed")
    content = Arrived(study, PROLIFIC_PID="aaa1").open().content.decode()
    assert "This study has ended" in content
    assert "https://app.prolific.com/submissions/complete?cc=PROLIFIC-2" in content


@pytest.mark.parametrize(
    "value",
    ["", " ", "x" * 201, "{{%PROLIFIC_PID%}}", "%PROLIFIC_PID%", "a\0b", "a\nb", "${id}"],
)
def test_an_id_that_cannot_be_one_is_explained_and_stored_nowhere(panel, study, value):
    response = Arrived(study, PROLIFIC_PID=value).open()
    assert (response.status_code, heading(response)) == (400, "This link does not say who you are")
    assert not Participant.objects.exists()


def test_two_ids_in_one_address_are_refused(panel, visitor):
    assert visitor.client.get(visitor.url() + "?PROLIFIC_PID=a&PROLIFIC_PID=b").status_code == 400


def test_markup_in_an_id_is_text(panel, study):
    visitor = Arrived(study, PROLIFIC_PID='"><script>alert(1)</script>', SESSION_ID="x" * 500, STUDY_ID="a\0b")
    assert "<script>alert" not in visitor.open().content.decode()
    visitor.agree()
    entry_row = PanelEntry.objects.get()
    assert entry_row.external_id == '"><script>alert(1)</script>'
    assert entry_row.captured == {"SESSION_ID": "x" * 200, "STUDY_ID": "ab"}


def test_looking_and_declining_store_nothing_and_the_way_back_to_the_invitation_keeps_the_id(panel, study):
    visitor = Arrived(study, PROLIFIC_PID="aaa1")
    page = visitor.open()
    address = page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"]
    token = visitor.client.cookies["csrftoken"].value
    declined = visitor.client.post(address, {"csrfmiddlewaretoken": token, "answer": "decline"}, follow=True)
    content = declined.content.decode()
    assert 'href="https://app.prolific.com/submissions/complete?cc=PROLIFIC-3"' in content
    assert f'href="{visitor.url()}?PROLIFIC_PID=aaa1"' in content
    assert not Participant.objects.exists()
    assert not PanelEntry.objects.exists()


# --- one person -------------------------------------------------------------------------------------------


def test_one_id_in_two_studies_is_two_people(panel, study):
    other = MockPanel(make_demo_like(), "prolific").panel.study
    for each in (study, other):
        Arrived(each, PROLIFIC_PID="aaa1").agree()
    assert sorted(Participant.objects.values_list("study", flat=True)) == sorted([study.pk, other.pk])


def test_one_id_at_two_panels_is_two_people_on_two_devices(panel, study):
    MockPanel(study, "connect")
    Arrived(study, PROLIFIC_PID="aaa1").agree()
    Arrived(study, participantId="aaa1").agree()
    assert Participant.objects.count() == 2
    assert set(PanelEntry.objects.values_list("panel__preset", flat=True)) == {"prolific", "connect"}


def test_who_came_by_the_open_link_first_and_by_the_panel_now_is_one_person(panel, study):
    Study.objects.update(admits_open_link=True)
    visitor = Arrived(study)
    visitor.agree()
    person = visitor.person
    assert visitor.open(PROLIFIC_PID="aaa1").status_code == 303
    assert PanelEntry.objects.get().participant == person
    assert Participant.objects.get().source == "panel"
    assert Arrived(study, PROLIFIC_PID="aaa1").open().status_code == 303
    assert Participant.objects.count() == 1


def test_who_comes_by_the_panel_id_alone_cannot_take_the_cookie_for_the_secret(panel, study):
    Arrived(study, PROLIFIC_PID="aaa1").agree()
    person = Participant.objects.get()
    other = Arrived(study, PROLIFIC_PID="aaa1")
    other.open()
    cookie = other.client.cookies[COOKIE].value
    assert person.token not in cookie
    assert Client().get(f"/p/me/{cookie}/").status_code == 404
    page = other.get("about-you/")
    assert page.status_code == 200
    assert person.token not in page.content.decode()


def test_a_cookie_that_was_tampered_with_is_nobody(panel, study):
    Arrived(study, PROLIFIC_PID="aaa1").agree()
    other = Arrived(study, PROLIFIC_PID="aaa1")
    other.open()
    other.client.cookies[COOKIE] = other.client.cookies[COOKIE].value[:-2] + "xx"
    assert other.get("about-you/").status_code == 303
    assert heading(other.get()) == "People come to this study from elsewhere"


def test_ones_own_link_after_the_panel_id_shows_that_one_is_oneself(panel, study):
    Arrived(study, PROLIFIC_PID="aaa1").agree()
    person = Participant.objects.get()
    other = Arrived(study, PROLIFIC_PID="aaa1")
    other.open()
    other.client.get(f"/p/me/{person.token}/")
    assert other.client.cookies[COOKIE].value == person.token
    other.open()
    assert other.client.cookies[COOKIE].value == person.token


def test_a_new_session_at_the_panel_takes_the_place_of_the_old_one(panel, study):
    Arrived(study, PROLIFIC_PID="aaa1", SESSION_ID="s1").agree()
    Arrived(study, PROLIFIC_PID="aaa1", SESSION_ID="s2").open()
    assert PanelEntry.objects.get().captured == {"SESSION_ID": "s2"}


def test_agreeing_on_one_page_again_is_recognised_by_its_secret(panel, study):
    visitor = Arrived(study, PROLIFIC_PID="aaa1")
    visitor.agree()
    person = Participant.objects.get()
    assert entry.is_of_visit(person, uuid.uuid4()) is False
    assert visitor.client.cookies[COOKIE].value == person.token


# --- invitations --------------------------------------------------------------------------------------------


@pytest.fixture
def invited(study):
    return InvitedPerson.objects.create(study=study, email="ann@example.org", language="en")


def test_an_invited_person_is_known_again_on_every_device(panel, study, invited):
    visitor = Arrived(study)
    landing = visitor.client.get(f"/p/invited/{invited.token}/")
    assert (landing.status_code, landing["Location"]) == (303, f"{visitor.url()}?invited={invited.token}")
    visitor.query = {"invited": invited.token}
    visitor.agree()
    invited.refresh_from_db()
    person = visitor.person
    assert (invited.participant, person.source) == (person, "link")
    other = Visitor(study)
    assert other.client.get(f"/p/invited/{invited.token}/")["Location"] == other.url()
    assert other.person == person


def test_a_forwarded_invitation_still_is_one_person(panel, study, invited):
    first, second = (Arrived(study, invited=invited.token) for _ in range(2))
    for visitor in (first, second):
        visitor.open()
    first.agree()
    page = second.open()
    assert page.status_code == 303
    assert Participant.objects.count() == 1


def test_an_invitation_of_another_study_opens_nothing(panel, study):
    other = InvitedPerson.objects.create(study=make_demo_like(), email="ann@example.org")
    assert Arrived(study, invited=other.token).open().status_code == 403
    assert Client().get("/p/invited/nothing/").status_code == 404


def test_who_had_come_by_the_open_link_accepts_the_invitation_as_the_same_person(study, invited):
    visitor = Arrived(study)
    visitor.agree()
    visitor.open(invited=invited.token)
    invited.refresh_from_db()
    assert invited.participant == visitor.person


def test_who_only_knows_a_panel_id_cannot_make_an_invitation_lead_to_that_person(panel, study, invited):
    Arrived(study, PROLIFIC_PID="aaa1").agree()
    other = Arrived(study, PROLIFIC_PID="aaa1")
    other.open()
    assert heading(other.open(invited=invited.token)) == "How should an AI answer?"
    invited.refresh_from_db()
    assert invited.participant is None


# --- something breaks -----------------------------------------------------------------------------------------


@pytest.fixture
def broken(monkeypatch):
    def fail(*_arguments, **_named):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(intake, "is_due", fail)
    monkeypatch.setattr(entry, "recognise", fail)


def test_a_fault_tells_how_to_come_back_and_gives_the_panels_code(panel, study, broken):
    visitor = Arrived(study, PROLIFIC_PID="aaa1")
    visitor.client.raise_request_exception = False
    response = visitor.open()
    content = response.content.decode()
    assert response.status_code == 500
    assert f'href="{visitor.url()}"' in content
    assert "https://app.prolific.com/submissions/complete?cc=PROLIFIC-5" in content


def test_a_fault_without_a_database_still_has_its_page(panel, study, broken, monkeypatch):
    monkeypatch.setattr(entry, "find_participant", lambda *_: 1 / 0)
    visitor = Visitor(study)
    visitor.client.raise_request_exception = False
    monkeypatch.setattr(entry, "way_in", lambda *_: 1 / 0)
    response = visitor.client.get(visitor.url())
    assert response.status_code == 500
    assert "It is not your fault." in response.content.decode()


def test_who_cannot_go_on_can_end_with_a_fault(panel, study):
    visitor = Arrived(study, PROLIFIC_PID="aaa1")
    visitor.agree()
    assert heading(visitor.get("trouble/")) == "Does something not work?"
    end = visitor.post("trouble/", {}, follow=True)
    assert heading(end) == "We are sorry that it did not work"
    assert "complete?cc=PROLIFIC-5" in end.content.decode()
    assert visitor.person.outcome == "fault"
