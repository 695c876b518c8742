"""Pages of proposals in a real browser: axe, width, and a decision taken by keyboard."""

import pytest
from django.urls import reverse

from elicitation.models import Role
from spec_loop.models import Decision, Evidence
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study
from tests.spec_loop.making import make_proposal

from .conftest import DESKTOP, PHONE, SMALLEST

pytestmark = pytest.mark.browser


@pytest.fixture
def proposal(live_server):
    study = make_study(is_simulated=True)
    made = make_proposal(study)
    prompt = make_prompt(study)
    for stance in Evidence.Stance:
        assessment = make_assessment(prompt, make_participant(study), personal="A>B=C>D", justification="Because.")
        Evidence.objects.create(proposal=made, ranking=assessment.rankings.get(), stance=stance, before=0.2, after=0.7)
    return made


@pytest.fixture
def open_as_researcher(open_as, proposal):
    user = make_member(proposal.study, Role.RESEARCHER)

    def open_one(path, **options):
        return open_as(user, path, **options)

    return open_one


def places(proposal):
    return [
        reverse("spec_loop:proposals", args=[proposal.study.slug]),
        reverse("spec_loop:proposal", args=[proposal.study.slug, proposal.pk]),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_axe_finds_nothing(open_as_researcher, assert_accessible, proposal, scheme, viewport):
    for place in places(proposal):
        assert_accessible(open_as_researcher(place, scheme=scheme, viewport=viewport))


def test_the_smallest_phone_need_not_scroll_sideways(open_as_researcher, assert_fits, proposal):
    for place in places(proposal):
        assert_fits(open_as_researcher(place, viewport=SMALLEST))


@pytest.mark.parametrize("javascript", [True, False])
def test_a_decision_is_taken_by_keyboard(open_as_researcher, proposal, javascript):
    page = open_as_researcher(places(proposal)[1], javascript=javascript)
    page.get_by_role("radio", name="Adopt").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("People named four sides.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Adopted: version 2 of the spec is current now.").wait_for()
    assert Decision.objects.get().reason == "People named four sides."
