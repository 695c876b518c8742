"""Pages of runs in a real browser: axe, width, and a run that is watched to its end."""

import pytest
from django.urls import reverse

from elicitation.models import Role
from spec_loop.models import Run
from spec_loop.tasks import advance
from tests.factories import make_member
from tests.spec_loop.loop.making import make_document, make_ranked_study, make_run, work_until_over

from .conftest import DESKTOP, PHONE, SMALLEST

pytestmark = pytest.mark.browser


@pytest.fixture
def study(live_server, monkeypatch):
    monkeypatch.setattr(advance, "delay", lambda _run: None)
    return make_ranked_study(is_simulated=True)


@pytest.fixture
def open_as_researcher(open_as, study):
    user = make_member(study, Role.RESEARCHER)

    def open_one(path, **options):
        return open_as(user, path, **options)

    return open_one


@pytest.fixture
def places(study):
    """The list, the form, a run at work, a paused one, a finished one."""
    document = make_document(study)
    working = make_run(study, document=document)
    paused = work_until_over(make_run(study, document=document, max_calls=5, seed=2))
    finished = work_until_over(make_run(study, document=document, seed=3))
    return [
        reverse("spec_loop:runs", args=[study.slug]),
        reverse("spec_loop:start-run", args=[study.slug]),
        *(reverse("spec_loop:run", args=[study.slug, run.pk]) for run in (working, paused, finished)),
    ]


@pytest.mark.parametrize(("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_axe_finds_nothing_and_the_smallest_phone_need_not_scroll(
    open_as_researcher, assert_accessible, assert_fits, places, viewport, scheme
):
    for place in places:
        assert_accessible(open_as_researcher(place, viewport=viewport, scheme=scheme))
        assert_fits(open_as_researcher(place, viewport=SMALLEST))


def test_a_run_is_started_watched_and_read(open_as_researcher, study):
    make_document(study)
    page = open_as_researcher(reverse("spec_loop:start-run", args=[study.slug]))
    page.get_by_label("At most so many calls").fill("5000")
    page.get_by_role("button", name="Start the run").click()
    page.get_by_text("Ranking every prompt by the spec as it is").wait_for()
    run = Run.objects.get()
    work_until_over(run)
    # Nobody touches the page: it notices by itself.
    page.get_by_role("heading", name="Edits").wait_for(timeout=10_000)
    assert page.get_by_text("Finished", exact=True).count() == 1


def test_without_scripts_loading_the_page_again_shows_the_progress(open_as_researcher, study):
    run = make_run(study)
    page = open_as_researcher(reverse("spec_loop:run", args=[study.slug, run.pk]), javascript=False)
    page.get_by_text("0 of 20").wait_for()
    work_until_over(run)
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("heading", name="Edits").wait_for()


def test_a_run_is_cancelled_by_its_button(open_as_researcher, study):
    run = make_run(study)
    page = open_as_researcher(reverse("spec_loop:run", args=[study.slug, run.pk]))
    page.get_by_role("button", name="Cancel the run for good").click()
    page.get_by_text("The run is cancelled.").wait_for()
    run.refresh_from_db()
    assert run.status == Run.Status.CANCELLED
