"""Ways back. If these fail, somebody who was sent away is paid as done, or who is done is not paid."""

import pytest
from django.utils import timezone

from elicitation.models import Participant
from elicitation.panels.arriving import Arrival
from elicitation.panels.managing import add_panel
from elicitation.panels.returning import CODED, WayBack, leave_for, way_back
from tests.factories import make_participant, make_study

pytestmark = pytest.mark.django_db

Outcome = Participant.Outcome
BACK = "https://panel.example.org/back?id={id}"


def leave(outcome, **fields):
    panel = add_panel(by=None, study=make_study(completion_code=""), preset="generic", name="P", **fields)
    return leave_for(Arrival(panel, "a b&c", {}), outcome)


def test_the_code_and_the_id_stand_in_the_address():
    back = leave(Outcome.COMPLETE, codes={"complete": "C/1"}, return_url=BACK + "&cc={code}")
    assert back == WayBack("P", "C/1", "https://panel.example.org/back?id=a%20b%26c&cc=C%2F1")


def test_an_address_without_a_code_is_for_who_is_done_alone():
    assert leave(Outcome.COMPLETE, return_url=BACK).url == "https://panel.example.org/back?id=a%20b%26c"
    for outcome in set(CODED) - {Outcome.COMPLETE}:
        assert leave(outcome, return_url=BACK) is None
        assert leave(outcome, return_url=BACK, codes={outcome: "X"}) == WayBack("P", "X", "")


def test_a_code_that_is_an_address_is_where_to_go():
    back = leave(Outcome.QUOTA_FULL, codes={"quota_full": "https://panel.example.org/full/{id}"}, return_url=BACK)
    assert back == WayBack("P", "", "https://panel.example.org/full/a%20b%26c")


def test_a_panel_that_was_told_nothing_gets_the_studys_own_code_for_done():
    panel = add_panel(by=None, study=make_study(completion_code="OWN"), preset="generic")
    done = leave_for(Arrival(panel, "a", {}), Outcome.COMPLETE)
    assert done is not None
    assert done.code == "OWN"
    assert leave_for(Arrival(panel, "a", {}), Outcome.SCREENED_OUT) is None


def test_people_without_a_panel_get_the_studys_code_when_they_are_done():
    study = make_study(completion_code="OWN")
    now = timezone.now()
    done = make_participant(study, outcome="complete", outcome_at=now, finished_at=now)
    away = make_participant(study, outcome="quota_full", outcome_at=now)
    assert way_back(done) == WayBack("", "OWN", "")
    assert way_back(away) is None


def test_who_takes_everything_back_after_finishing_is_still_paid_and_who_returned_is_not():
    study = make_study(completion_code="OWN")
    now = timezone.now()
    ended = {"outcome_at": now, "finished_at": now}
    back = way_back(make_participant(study, outcome="withdrawn", **ended))
    assert back is not None
    assert back.code == "OWN"
    assert way_back(make_participant(study, outcome="returned", **ended)) is None


def test_codes_that_are_no_text_are_none():
    panel = add_panel(by=None, study=make_study(completion_code=""), preset="prolific")
    panel.codes = {"complete": 7}
    assert leave_for(Arrival(panel, "a", {}), Outcome.COMPLETE) is None
