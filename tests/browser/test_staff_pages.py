"""Every page of the staff in a real browser: axe, width, content security policy; light and dark."""

import pytest
from django.urls import reverse

from collective.accounts import invitations
from elicitation.models import AnswerState, IntakeAnswer, Quota, Role, Score, UnacceptableFlag
from elicitation.protocol import default_intake
from elicitation.protocols import change_intake
from elicitation.quiz import default_quiz
from elicitation.staff import studies, urls
from tests.factories import (
    make_assessment,
    make_member,
    make_participant,
    make_prompt,
    make_study,
    make_user,
)
from tests.mock_panel import MockPanel

from .conftest import DESKTOP, SMALLEST

pytestmark = pytest.mark.browser

POSTED_ONLY = {
    "status",
    "grant",
    "revoke",
    "change-webhook",
    "retry-delivery",
    "build-publish",
    "build-discard",
    "preview-draft",
    "open-link",
    "send-invitations",
    "change-invitation",
    "mark-paid",
    "pay-csv",
    "find-flags",
    "exclude-people",
    "change-exclusion",
    "alert-recipients",
    "monitoring-live",
    "export-texts",
    "import-texts",
    "translate-texts",
}
"""Addresses that are no page."""

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.fixture
def study():
    study = make_study(
        title=f"Bees and {LONG}", is_simulated=True, is_public=True, overlap_target=3, consent_text="I agree."
    )
    study.languages = ["en", "es"]
    study.save()
    prompt = make_prompt(study, criteria=2, topic="bees", is_anchor=True)
    make_prompt(study, responses=6)
    study.protocols.update(intake=default_intake(), quiz=default_quiz())
    Quota.objects.create(study=study, label=LONG, position=0, places=3, conditions={"age": ["25-34"]})
    change_intake(by=None, study=study, intake=default_intake()[:3])
    for number, order in enumerate(("A>B=C>D", "D>C>B>A", "A=B=C=D", "")):
        person = make_participant(study, key=f"{LONG}-{number}")
        IntakeAnswer.objects.create(
            participant=person, key="age", state=AnswerState.ANSWERED, value="25-34", original="25-34"
        )
        IntakeAnswer.objects.create(participant=person, key="gender", state=AnswerState.SKIPPED)
        assessment = make_assessment(
            prompt,
            person,
            personal=order,
            world="B>A>C>D",
            justification=f"Because of {LONG}, and more.",
            shown_order="DCBA",
            step_seconds={"personal": 61},
            importance_state=AnswerState.SKIPPED,
            unacceptable_state=AnswerState.ANSWERED,
            unacceptable_rationale="It insults.",
        )
        UnacceptableFlag.objects.create(assessment=assessment, letter="D")
        for criterion, value in zip(prompt.criteria.all(), (9, -9 + 6 * number), strict=True):
            Score.objects.create(
                participant=person,
                criterion=criterion,
                assessment=assessment,
                state=AnswerState.ANSWERED,
                value=value,
            )
    return study


@pytest.fixture
def signed_in(open_as, study):
    """Open an empty page signed in as an admin of the service who is a member too."""

    def open_it(**options):
        user = make_user(name="Ada", is_superuser=True)
        make_member(study, Role.ADMIN, name=f"Grace {LONG}")
        invitations.invite(by=user, email=f"{'long' * 15}@example.org")
        return open_as(user, **options)

    return open_it


def addresses(study):
    prompt = study.prompts.first()
    further = {
        "prompt": [prompt.key],
        "person": [study.participants.first().pk],
        "assessment": [prompt.assessments.first().pk],
        "panel": [MockPanel(study, "prolific").panel.pk],
        "add-panel": ["sona"],
        "letter": ["invitation", "en"],
        "build-question": ["age"],
        "build-item": [default_quiz()["items"][0]["key"]],
        "build-quota": [study.quotas.get().pk],
        "change-prompt": [study.prompts.last().pk],
        "preview-page": ["task"],
        "texts-in": ["es"],
    }
    for pattern in urls.urlpatterns:
        if pattern.name in {"studies", "create"}:
            yield reverse(f"elicitation:{pattern.name}")
        elif pattern.name not in POSTED_ONLY:
            yield reverse(f"elicitation:{pattern.name}", args=[study.slug, *further.get(str(pattern.name), [])])
    yield from (reverse("home"), reverse("audit"), reverse("accounts:people"), reverse("accounts:account"))


@pytest.mark.parametrize(("viewport", "scheme"), [(SMALLEST, "light"), (DESKTOP, "dark")])
def test_axe_finds_nothing_and_all_fits(signed_in, study, assert_accessible, assert_fits, viewport, scheme):
    page = signed_in(viewport=viewport, scheme=scheme)
    for address in addresses(study):
        response = page.goto(address)
        assert (address, response.status) == (address, 200)
        assert_accessible(page)
        assert_fits(page)


@pytest.mark.parametrize(("viewport", "scheme"), [(SMALLEST, "dark"), (DESKTOP, "light")])
def test_the_first_page_for_visitors(open_page, study, assert_accessible, assert_fits, viewport, scheme):
    page = open_page("/", viewport=viewport, scheme=scheme)
    assert_accessible(page)
    assert_fits(page)


def test_the_link_for_participants_is_copied(signed_in, study, monkeypatch):
    monkeypatch.setattr(studies, "participant_link", lambda study: f"https://here.example/{study.link_token}/")
    page = signed_in()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(reverse("elicitation:study", args=[study.slug]))
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"https://here.example/{study.link_token}/"


def test_djangos_admin_works_under_our_policy(signed_in, study):
    page = signed_in()
    page.goto(reverse("admin:elicitation_ranking_changelist"))
    page.get_by_role("link", name="Personal").first.click()
    assert "block__exact=personal" in page.url
    page.goto(reverse("admin:elicitation_study_change", args=[study.pk]))
    assert page.get_by_text(study.slug).first.is_visible()
    assert page.locator("input[type=text]:visible, textarea:visible").count() == 0


def test_a_longer_prompt_unfolds(signed_in, study):
    page = signed_in()
    page.goto(reverse("elicitation:add-prompt", args=[study.slug]))
    assert page.get_by_label("System message").is_hidden()
    page.get_by_text("a longer conversation").click()
    assert page.get_by_label("System message").is_visible()
