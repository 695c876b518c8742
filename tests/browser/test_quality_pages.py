"""The pages of signs and of a running study, in a real browser."""

import pytest
from django.urls import reverse

from elicitation.models import Alert, Exclusion, QualityFlag
from elicitation.quality import kinds
from tests.browser.conftest import DESKTOP, SMALLEST
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def study():
    study = make_study(slug="bees", title="Bees")
    given = make_assessment(
        make_prompt(study), make_participant(study, key="hasty"), world="A>B>C>D", step_seconds={"world": 4}
    )
    QualityFlag.objects.create(
        participant=given.participant,
        kind=kinds.TOO_FAST,
        strength=0.8,
        evidence={"share_of_median_time": 0.1, "median_seconds": 4, "assessments": [given.pk]},
    )
    Alert.objects.create(study=study, kind="returns", details={"n": 8, "of": 30})
    return study


@pytest.mark.parametrize(("viewport", "scheme"), [(DESKTOP, "light"), (SMALLEST, "dark")])
@pytest.mark.parametrize("name", ["quality", "monitoring"])
def test_the_pages_are_accessible_and_fit(study, open_as, assert_accessible, assert_fits, name, viewport, scheme):
    page = open_as(make_member(study), reverse(f"elicitation:{name}", args=["bees"]), viewport=viewport, scheme=scheme)
    assert_accessible(page)
    assert_fits(page)


def test_people_are_excluded_and_taken_in_again_without_javascript(study, open_as):
    page = open_as(make_member(study), reverse("elicitation:quality", args=["bees"]), javascript=False)
    page.get_by_label("Exclude hasty").check()
    page.get_by_label("Reason to exclude the people ticked").fill("Read nothing.")
    page.get_by_role("button", name="Exclude the people ticked").click()
    page.get_by_text("1 person is left out of results now.").wait_for()
    page.get_by_role("link", name="hasty").click()
    page.get_by_role("button", name="Take them in again").click()
    page.get_by_text("Their answers count again.").wait_for()
    assert Exclusion.objects.get().lifted_at is not None


def test_a_running_study_is_looked_at_anew_by_itself(study, open_as):
    page = open_as(make_member(study), reverse("elicitation:monitoring", args=["bees"]))
    page.locator('[data-summary="1 came, 0 finished."]').wait_for()
    make_participant(study)
    page.locator('[data-summary="2 came, 0 finished."]').wait_for(timeout=15_000)


def test_nobody_is_asked_while_the_page_is_hidden(study, open_as):
    page = open_as(make_member(study), reverse("elicitation:monitoring", args=["bees"]))
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")
    page.wait_for_timeout(1000)  # what was asked before has come
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(6500)
    assert asked == []
