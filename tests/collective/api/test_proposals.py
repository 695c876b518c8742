"""If these fail, a script adopts what a person on the page could not, or the record lacks its reason."""

import pytest

from spec_loop.models import Evidence, Proposal
from tests.spec_loop.making import make_proposal


@pytest.fixture
def proposal(world):
    return make_proposal(world.study)


def test_it_works(world, proposal):
    Evidence.objects.create(
        proposal=proposal, ranking=world.assessment.rankings.get(block="personal"), stance="for", before=0.2, after=0.8
    )
    listed = world.reviewer.get("/api/v1/studies/city/proposals/").json()["results"]
    assert [found["id"] for found in listed] == [proposal.pk]
    shown = world.reviewer.get(f"/api/v1/studies/city/proposals/{proposal.pk}/").json()
    assert [(e["stance"], e["order"], e["prompt"]) for e in shown["evidence"]] == [("for", "A>B=C>D", "first")]


def test_adoption_writes_the_next_version(world, proposal):
    answer = world.researcher.post(
        f"/api/v1/studies/city/proposals/{proposal.pk}/decisions/",
        {"verdict": "adopt", "reason": "People asked for it."},
        format="json",
    )
    assert answer.status_code == 201
    document = world.reviewer.get(f"/api/v1/specs/{proposal.document.name}/").json()
    assert answer.json()["version_hash"] == document["current"] != proposal.base_version.hash


def test_a_decision_needs_a_reason(world, proposal):
    answer = world.researcher.post(
        f"/api/v1/studies/city/proposals/{proposal.pk}/decisions/", {"verdict": "adopt", "reason": " "}, format="json"
    )
    assert (answer.status_code, list(answer.json())) == (400, ["reason"])
    proposal.refresh_from_db()
    assert proposal.status == Proposal.Status.TESTED


def test_a_reviewer_does_not_adopt_a_change_of_principle(world, proposal):
    answer = world.reviewer.post(
        f"/api/v1/studies/city/proposals/{proposal.pk}/decisions/",
        {"verdict": "adopt", "reason": "I like it."},
        format="json",
    )
    assert answer.status_code == 403


def test_what_is_decided_is_not_decided_again(world, proposal):
    address = f"/api/v1/studies/city/proposals/{proposal.pk}/decisions/"
    assert world.researcher.post(address, {"verdict": "decline", "reason": "No."}, format="json").status_code == 201
    answer = world.researcher.post(address, {"verdict": "adopt", "reason": "Yes."}, format="json")
    assert answer.status_code == 409
    assert "already" in answer.json()["detail"]


def test_review_is_for_what_was_tested(world, proposal):
    address = f"/api/v1/studies/city/proposals/{proposal.pk}/review/"
    assert world.reviewer.post(address).json()["status"] == "in_review"
    assert world.reviewer.post(address).status_code == 409
