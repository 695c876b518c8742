"""Pages of proposals."""

import pytest
from django.urls import reverse

from elicitation.models import Role
from spec_loop.models import Decision, Evidence, Proposal, SpecVersion
from spec_loop.versions import import_spec
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study
from tests.spec_loop.making import EFFECT, make_proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def proposal(study):
    return make_proposal(study)


def sign_in(client, study, role):
    user = make_member(study, role)
    client.force_login(user)
    return user


def address(name, proposal):
    return reverse(f"spec_loop:{name}", args=[proposal.study.slug, proposal.pk])


def post_decision(client, proposal, verdict="adopt", reason="People said so"):
    return client.post(address("decide-proposal", proposal), {"verdict": verdict, "reason": reason})


def test_the_list_has_recommended_ones_first(client, study):
    plain = make_proposal(study, is_recommended=False)
    recommended = make_proposal(study)
    sign_in(client, study, Role.REVIEWER)
    response = client.get(reverse("spec_loop:proposals", args=[study.slug]))
    assert [row["proposal"] for row in response.context["rows"]] == [recommended, plain]


def test_a_study_without_proposals_says_so(client, study):
    sign_in(client, study, Role.REVIEWER)
    assert "No proposals yet" in client.get(reverse("spec_loop:proposals", args=[study.slug])).content.decode()


def test_the_page_shows_change_effect_and_placebo(client, study, proposal):
    sign_in(client, study, Role.REVIEWER)
    page = client.get(address("proposal", proposal)).content.decode()
    for text in (
        "Name every side people see, not two only.",
        ">both<",
        ">all<",
        "0.021 to 0.083",
        "Holdout, corrected for 4 tested",
        "of 4 rewordings without meaning",
        "Country: Chile",
    ):
        assert text in page


def test_evidence_leads_to_the_very_assessment(client, study, proposal):
    assessment = make_assessment(
        make_prompt(study), make_participant(study), personal="A>B=C>D", justification="A names <b>four</b> sides."
    )
    ranking = assessment.rankings.get()
    Evidence.objects.create(proposal=proposal, ranking=ranking, stance="for", before=0.25, after=0.75)
    sign_in(client, study, Role.REVIEWER)
    page = client.get(address("proposal", proposal)).content.decode()
    assert f'href="{reverse("elicitation:assessment", args=[study.slug, assessment.pk])}"' in page
    assert "A names &lt;b&gt;four&lt;/b&gt; sides." in page
    assert "agreement 0.25 before, 0.75 after" in page


@pytest.mark.parametrize("effect", [{}, {**EFFECT, "holdout": None, "sections": [], "groups": [], "worst_group": None}])
def test_a_proposal_that_was_stopped_early_can_be_read(client, study, effect):
    sign_in(client, study, Role.REVIEWER)
    assert client.get(address("proposal", make_proposal(study, effect=effect))).status_code == 200


def test_an_edit_that_does_not_apply_says_why(client, study):
    broken = make_proposal(study, edit={"operation": "replace", "section_id": "sides", "anchor": "x y", "text": "z"})
    sign_in(client, study, Role.REVIEWER)
    page = client.get(address("proposal", broken)).content.decode()
    assert "The anchor does not occur in section &quot;#sides&quot;: &quot;x y&quot;" in page


def test_a_document_that_has_moved_on_is_told(client, study, proposal):
    text = proposal.base_version.text
    sign_in(client, study, Role.REVIEWER)
    import_spec(by=None, name=proposal.document.name, data=text.replace("hurt others", "hurt anybody").encode())
    assert "the edit applies to version 2" in client.get(address("proposal", proposal)).content.decode()
    import_spec(by=None, name=proposal.document.name, data=text.replace("both sides", "sides").encode())
    assert "does not apply to version 3 any more" in client.get(address("proposal", proposal)).content.decode()


def test_adopting_leads_back_with_the_new_version(client, study, proposal):
    user = sign_in(client, study, Role.RESEARCHER)
    response = post_decision(client, proposal)
    assert response["Location"] == address("proposal", proposal)
    decision = Decision.objects.get()
    version = SpecVersion.objects.get(number=2)
    assert (decision.decided_by, decision.reason, decision.version) == (user, "People said so", version)
    page = client.get(response["Location"]).content.decode()
    assert "Adopted: version 2 of the spec is current now." in page
    assert "People said so" in page
    assert 'id="decide"' not in page


@pytest.mark.parametrize("verdict", ["defer", "decline"])
def test_other_decisions_are_kept(client, study, proposal, verdict):
    sign_in(client, study, Role.RESEARCHER)
    assert post_decision(client, proposal, verdict).status_code == 302
    assert Decision.objects.get().verdict == verdict
    assert SpecVersion.objects.count() == 1


@pytest.mark.parametrize(("verdict", "reason"), [("adopt", " "), ("", "Why"), ("shelve", "Why")])
def test_an_incomplete_decision_is_shown_again(client, study, proposal, verdict, reason):
    sign_in(client, study, Role.RESEARCHER)
    response = post_decision(client, proposal, verdict, reason)
    assert response.status_code == 400
    assert "This is not saved yet" in response.content.decode()
    assert not Decision.objects.exists()


def test_a_refusal_is_a_sentence_on_the_page_and_keeps_what_was_typed(client, study, proposal):
    sign_in(client, study, Role.RESEARCHER)
    text = proposal.base_version.text.replace("both sides", "sides")
    import_spec(by=None, name=proposal.document.name, data=text.encode())
    response = post_decision(client, proposal, reason="A long reason")
    assert response.status_code == 400
    page = response.content.decode()
    assert "the edit does not apply to version 2 any more" in page
    assert "A long reason</textarea>" in page


def test_a_reviewer_may_defer_a_change_of_principle_but_not_adopt_it(client, study, proposal):
    sign_in(client, study, Role.REVIEWER)
    page = client.get(address("proposal", proposal))
    assert [verdict.value for verdict in page.context["verdicts"]] == ["defer"]
    assert post_decision(client, proposal).status_code == 403
    assert Proposal.objects.get().status == Proposal.Status.TESTED
    assert post_decision(client, proposal, "defer").status_code == 302


def test_a_proposal_goes_into_review(client, study, proposal):
    sign_in(client, study, Role.REVIEWER)
    client.post(address("review-proposal", proposal))
    assert Proposal.objects.get().status == Proposal.Status.IN_REVIEW
    again = client.post(address("review-proposal", proposal), follow=True).content.decode()
    assert "Only a tested or a deferred proposal goes into review" in again


def test_strangers_find_nothing(client, study, proposal):
    places = [address("proposal", proposal), reverse("spec_loop:proposals", args=[study.slug])]
    for place in places:
        assert client.get(place)["Location"].startswith(reverse("accounts:sign-in"))
    assert post_decision(client, proposal)["Location"].startswith(reverse("accounts:sign-in"))
    sign_in(client, make_study(), Role.ADMIN)
    for place in places:
        assert client.get(place).status_code == 404
    assert post_decision(client, proposal).status_code == 404
    assert client.post(address("review-proposal", proposal)).status_code == 404
    assert not Decision.objects.exists()


def test_a_proposal_of_another_study_is_not_found_under_this_one(client, study):
    other = make_proposal(make_study())
    sign_in(client, study, Role.ADMIN)
    assert client.get(reverse("spec_loop:proposal", args=[study.slug, other.pk])).status_code == 404
