"""The agreement page in a real browser: axe, width, choosing."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from elicitation.models import AnswerState, IntakeAnswer, Role
from spec_loop.document import spec_text
from spec_loop.rankers import rank_study
from spec_loop.versions import import_spec
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study
from tests.measures.strategies import CROWD
from tests.spec_loop.document.samples import DEMO

from .conftest import DESKTOP, PHONE, SMALLEST

pytestmark = pytest.mark.browser


@pytest.fixture
def study(live_server):
    cache.clear()
    study = make_study(title="City", is_simulated=True)
    prompts = [make_prompt(study) for _ in range(3)]
    for number in range(12):
        person = make_participant(study)
        age = "65+" if number < 2 else "18-24"
        IntakeAnswer.objects.create(participant=person, key="age", state=AnswerState.ANSWERED, value=age, original=age)
        for prompt in prompts:
            make_assessment(prompt, person, personal=CROWD[number % 5], world="D>C>B>A")
    return study


@pytest.fixture
def version(study):
    return import_spec(by=None, name="spec", data=DEMO.read_bytes(), title="Our spec", study=study)


@pytest.fixture
def open_as_researcher(open_as, study):
    user = make_member(study, Role.RESEARCHER)

    def open_one(**options):
        page = open_as(user, **options)
        page.set_default_timeout(60_000)  # the first plots of a process take a while
        page.goto(reverse("spec_loop:agreement", args=[study.slug]))
        return page

    return open_one


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_the_smallest_phone_need_not_scroll_sideways(
    open_as_researcher, assert_accessible, assert_fits, study, version, scheme
):
    assert_accessible(open_as_researcher(scheme=scheme))  # nothing ranked yet
    rank_study(spec=spec_text(version.text), prompts=list(study.prompts.all()), ranker="offline")
    for viewport in (DESKTOP, PHONE):
        page = open_as_researcher(scheme=scheme, viewport=viewport)
        for summary in page.locator("details > summary").all():
            summary.click()
        assert_accessible(page)
    assert_fits(open_as_researcher(scheme=scheme, viewport=SMALLEST))


def test_a_researcher_ranks_and_looks_at_the_other_block(open_as_researcher, version):
    page = open_as_researcher()
    page.get_by_role("button", name="Rank every prompt with the offline baseline").click()
    page.get_by_text("The offline baseline has ranked every prompt.").wait_for()
    among_people = page.locator(".stat__value").nth(2)
    personal = among_people.inner_text()
    page.get_by_label("People's rankings").select_option("World")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**block=world**")
    assert personal != "1.000"
    assert among_people.inner_text() == "1.000", "all say the same in the other block"
