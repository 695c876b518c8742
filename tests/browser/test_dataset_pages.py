"""The pages of import and export in a real browser: axe, width, a file chosen and a file downloaded."""

import pytest
from django.urls import reverse

from datasets.exporting import encode
from tests.datasets.ca1.making import assessment, comparison
from tests.factories import make_assessment, make_participant, make_prompt, make_study, make_user

from .conftest import DESKTOP, PHONE, SMALLEST

pytestmark = pytest.mark.browser


@pytest.fixture
def study(live_server):
    study = make_study(slug="ours", title="A study of ours", is_simulated=True)
    make_assessment(make_prompt(study, criteria=1), make_participant(study), world="A>B>C>D")
    return study


@pytest.fixture
def open_as_admin(open_as, study):
    user = make_user(is_superuser=True)

    def open_one(name, **options):
        return open_as(user, reverse(f"datasets:{name}", args=["ours"]), **options)

    return open_one


def send(page, tmp_path, *lines):
    path = tmp_path / "comparisons.jsonl"
    path.write_bytes(b"".join(encode(line) for line in lines))
    page.get_by_label("Files").set_input_files(path)
    page.get_by_role("button", name="Import").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("name", ["import", "export"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_axe_finds_nothing(open_as_admin, assert_accessible, name, scheme, viewport):
    assert_accessible(open_as_admin(name, scheme=scheme, viewport=viewport))


@pytest.mark.parametrize("name", ["import", "export"])
def test_the_smallest_phone_need_not_scroll_sideways(open_as_admin, assert_fits, name):
    assert_fits(open_as_admin(name, viewport=SMALLEST))


@pytest.mark.parametrize("javascript", [True, False])
def test_files_are_imported(open_as_admin, assert_accessible, assert_fits, tmp_path, javascript):
    page = open_as_admin("import", viewport=SMALLEST, javascript=javascript)
    send(page, tmp_path, comparison("q1", assessment("p1")))
    assert page.get_by_text("The files are imported.").is_visible()
    assert_fits(page)
    if javascript:
        assert_accessible(page)


def test_an_error_is_told_at_the_top_and_at_the_field(open_as_admin, assert_accessible, assert_fits, tmp_path):
    page = open_as_admin("import", viewport=SMALLEST)
    send(page, tmp_path, comparison("q1", assessment("p1", importance="purple")))
    assert page.get_by_text("field metadata.assessments[0].importance: 'purple' names no level").count() == 2
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert_accessible(page)
    assert_fits(page)


@pytest.mark.parametrize(
    ("button", "filename"),
    [("Download all as ZIP", "ours-ca1.zip"), ("Download annotators.jsonl", "annotators.jsonl")],
)
def test_files_are_downloaded(open_as_admin, button, filename):
    page = open_as_admin("export")
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).click()
    assert download.value.suggested_filename == filename
    assert download.value.path().stat().st_size > 100
