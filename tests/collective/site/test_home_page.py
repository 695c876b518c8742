"""The first page: what visitors and the staff find on it, and what it must not tell."""

import pytest
from django.urls import reverse

from collective.site import front
from elicitation.models import Study
from spec_loop.models import Decision, Document, Evidence, Proposal, SpecVersion
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db
URL = reverse("home")


def make_decision(study, *, verdict=Decision.Verdict.ADOPT, intent="Say which risk is urgent", voices=0):
    document, _created = Document.objects.get_or_create(name="house-rules", defaults={"title": "House rules"})
    version, _created = SpecVersion.objects.get_or_create(
        document=document, number=1, defaults={"hash": "0" * 64, "text": "x", "source": SpecVersion.Source.IMPORT}
    )
    proposal = Proposal.objects.create(
        study=study,
        document=document,
        base_version=version,
        edit={},
        section_id="risks",
        intent=intent,
        kind=Proposal.Kind.CLARIFICATION,
    )
    for number in range(voices + 1):  # and one that speaks against it
        assessment = make_assessment(make_prompt(study), make_participant(study), world="A>B>C>D")
        Evidence.objects.create(
            proposal=proposal,
            ranking=assessment.rankings.get(),
            stance=Evidence.Stance.FOR if number < voices else Evidence.Stance.AGAINST,
            before=0.4,
            after=0.6,
        )
    return Decision.objects.create(proposal=proposal, verdict=verdict, reason="Most people missed it.")


def page_of(client):
    return client.get(URL).content.decode()


def test_it_works(client):
    page = page_of(client)
    for shown in ("Who decides how an AI should answer?", "How it works", "Nothing yet.", reverse("accounts:sign-in")):
        assert shown in page


def test_visitors_are_led_to_public_studies_that_are_open_and_to_no_other(client):
    shown = make_study(title="Bees", is_public=True)
    hidden = [
        make_study(title="Private one"),
        make_study(title="Closed one", is_public=True, status=Study.Status.CLOSED),
        make_study(title="Draft one", is_public=True, status=Study.Status.DRAFT),
    ]
    invitations = client.get(URL).context["invitations"]
    assert {invitation.study for invitation in invitations} <= {shown}
    page = page_of(client)
    for study in hidden:
        assert study.title not in page
        assert study.link_token not in page


def test_a_public_study_that_is_open_is_one_press_away(client, monkeypatch):
    monkeypatch.setattr(front, "participant_link", lambda study: f"https://here.example/{study.link_token}/")
    study = make_study(title="Bees", is_public=True, is_simulated=True)
    page = page_of(client)
    assert f'href="https://here.example/{study.link_token}/"' in page
    assert "Take part in the demo study" in page


def test_what_was_changed_is_told_with_its_reason(client):
    make_decision(make_study(title="Bees", is_public=True), voices=2)
    page = page_of(client)
    for shown in ("Say which risk is urgent", "Adopted because: Most people missed it.", "House rules", "2 rankings"):
        assert shown in page


def test_what_was_not_adopted_or_is_not_public_is_not_told(client):
    make_decision(make_study(), intent="Of a private study")
    make_decision(make_study(is_public=True), verdict=Decision.Verdict.DECLINE, intent="Declined")
    page = page_of(client)
    assert "Of a private study" not in page
    assert "Declined" not in page


def test_the_staff_find_their_studies_first(client):
    study = make_study(title="Mine")
    make_study(title="Not mine")
    client.force_login(make_member(study))
    page = page_of(client)
    assert "Your studies" in page
    assert reverse("elicitation:study", args=[study.slug]) in page
    assert "Not mine" not in page


def test_many_studies_and_changes_take_no_more_queries_than_few(client, django_assert_num_queries):
    for number in range(10):
        make_decision(make_study(is_public=True), intent=f"Change {number}")
    with django_assert_num_queries(2):
        client.get(URL)
