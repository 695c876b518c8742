"""If these fail, the crash test would not notice what it is there to notice."""

import dataclasses

import pytest

from .checker import Stored, StoredAssessment, differences, what_was_said
from .ledger import Ledger

# Shown as A B C D are the prompt's own C A D B.
SENT = {
    "csrfmiddlewaretoken": ["x"],
    "revision": ["2"],
    "unacceptable": ["A"],
    "unacceptable_why": ["It insults."],
    "personal_place_A": ["4"],
    "personal_place_B": ["1"],
    "personal_place_C": ["2"],
    "personal_place_D": ["2"],
    "personal_why": ["Kind."],
    "world_place_A": ["1"],
    "world_place_B": ["1"],
    "world_place_C": ["1"],
    "world_place_D": ["1"],
    "importance": ["3"],
    "subjectivity": ["1"],
    "score_7": ["-10"],
    "score_8": ["4"],
    "own_criterion": ["Names a person."],
    "own_score": ["+7"],
}
GIVEN = {
    "unacceptable": ["C"],
    "unacceptable_why": "It insults.",
    "personal": ("A>B=D>C", "Kind."),
    "world": ("A=B=C=D", ""),
    "importance": 3,
    "representativeness": None,
    "subjectivity": 1,
    "scores": {"7": -10, "8": 4},
    "own": ("Names a person.", 7),
}
DRAFT = {"world_why": ["Half a thought"]}
ONE = StoredAssessment("key-1", person=1, prompt=1, shown_order="CADB", is_surplus=False, given=GIVEN)


@pytest.fixture
def ledger():
    ledger = Ledger()
    ledger.came("person 1", "token-1")
    ledger.came("person 2", "")
    ledger.sends("key-1", SENT)
    ledger.acknowledged("key-1")
    ledger.drafted("key-1", 1, DRAFT)
    ledger.drafted("key-2", 1, {"world_why": ["Half"]})
    ledger.drafted("key-2", 2, DRAFT)
    return ledger


@pytest.fixture
def stored():
    return Stored(
        assessments=[ONE],
        drafts={"key-2": (2, DRAFT)},
        states={"key-1": "submitted", "key-2": "reserved"},
        people={"token-1": 1, "token-2": 2},
        panel_ids=["a", "b"],
        targets={1: 1, 2: 1},
        tasks_per_person=1,
    )


def kinds(ledger, stored):
    return sorted(sentence.partition(":")[0] for sentence in differences(ledger, stored))


def test_a_form_means_what_the_person_saw():
    assert what_was_said(SENT, "CADB") == GIVEN


def test_what_is_right_is_not_complained_of(ledger, stored):
    assert differences(ledger, stored) == []


def test_an_acknowledged_submission_that_is_not_stored(ledger, stored):
    stored.assessments = []
    stored.states["key-1"] = "reserved"
    assert kinds(ledger, stored) == ["lost", "lost"]  # and the draft went with it


def test_a_submission_of_which_only_the_reservation_is_left(ledger, stored):
    stored.assessments = []
    stored.drafts["key-1"] = (1, DRAFT)
    assert kinds(ledger, stored) == ["lost", "lost"]


def test_a_submission_stored_twice(ledger, stored):
    stored.assessments = [ONE, dataclasses.replace(ONE, is_surplus=True)]
    assert kinds(ledger, stored) == ["doubled", "doubled"]  # its key, and the person's assessments of the prompt


def test_answers_nobody_gave(ledger, stored):
    stored.assessments.append(dataclasses.replace(ONE, key="key-3", person=2, prompt=2))
    stored.states["key-3"] = "submitted"
    assert kinds(ledger, stored) == ["invented"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("personal", ("B>A=D>C", "Kind.")),
        ("world", ("A=B=C=D", "Kind.")),
        ("unacceptable", []),
        ("scores", {"7": -10}),
        ("own", None),
        ("representativeness", 2),
    ],
)
def test_other_answers_than_were_sent(ledger, stored, name, value):
    stored.assessments = [dataclasses.replace(ONE, given=GIVEN | {name: value})]
    assert kinds(ledger, stored) == ["wrong"]


def test_answers_sent_after_the_first_were_acknowledged(ledger, stored):
    ledger.sends("key-1", SENT | {"importance": ["1"]})
    stored.assessments = [dataclasses.replace(ONE, given=GIVEN | {"importance": 1})]
    assert kinds(ledger, stored) == ["wrong"]


def test_a_stored_task_that_is_still_reserved(ledger, stored):
    stored.states["key-1"] = "reserved"
    assert kinds(ledger, stored) == ["wrong"]


def test_more_than_the_target(ledger, stored):
    ledger.sends("key-3", SENT)
    stored.assessments.append(dataclasses.replace(ONE, key="key-3", person=2))
    stored.states["key-3"] = "submitted"
    assert kinds(ledger, stored) == ["too much"]
    stored.assessments[-1] = dataclasses.replace(stored.assessments[-1], is_surplus=True)
    assert kinds(ledger, stored) == []


def test_more_tasks_than_a_person_is_given(ledger, stored):
    ledger.sends("key-3", SENT)
    stored.assessments.append(dataclasses.replace(ONE, key="key-3", prompt=2))
    stored.states["key-3"] = "submitted"
    assert kinds(ledger, stored) == ["too much"]


def test_a_person_who_is_two(ledger, stored):
    stored.people["token-3"] = 3
    assert kinds(ledger, stored) == ["a double"]
    ledger.came("person 1", "token-3")
    assert kinds(ledger, stored) == ["a double", "a double"]


def test_a_panel_id_that_is_two_people(ledger, stored):
    stored.panel_ids.append("a")
    assert kinds(ledger, stored) == ["a double"]


def test_a_person_who_was_taken_in_and_is_gone(ledger, stored):
    del stored.people["token-1"]
    assert kinds(ledger, stored) == ["lost"]


def test_drafts(ledger, stored):
    stored.drafts = {}
    assert kinds(ledger, stored) == ["lost"]
    stored.drafts = {"key-2": (1, {"world_why": ["Half"]})}
    assert kinds(ledger, stored) == ["lost"]
    stored.drafts = {"key-2": (2, {"world_why": ["Something else"]})}
    assert kinds(ledger, stored) == ["wrong"]
    stored.drafts = {"key-2": (3, {"world_why": ["What came later"]})}
    assert kinds(ledger, stored) == []


def test_what_people_met_is_a_violation(ledger, stored):
    ledger.complain("500 at GET /")
    assert kinds(ledger, stored) == ["a person met"]
