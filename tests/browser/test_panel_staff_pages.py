"""The staff's pages of panels, invitations and pay in a real browser, with something on them."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from elicitation.models import InvitedPerson
from tests.factories import make_assessment, make_participant, make_prompt, make_study, make_user
from tests.mock_panel import MockPanel

from .conftest import DESKTOP, SMALLEST

pytestmark = pytest.mark.browser

LONG = "x" * 120


@pytest.mark.parametrize(("viewport", "scheme"), [(SMALLEST, "dark"), (DESKTOP, "light")])
def test_axe_finds_nothing_and_all_fits(open_as, assert_accessible, assert_fits, viewport, scheme):
    study, now = make_study(pay_base=Decimal(3), pay_per_task=Decimal("0.5"), currency="EUR"), timezone.now()
    panel = MockPanel(study, "prolific").panel
    MockPanel(study, "sona", is_active=False)
    for number, outcome in enumerate(("complete", "returned", "fault", "")):
        ended = {"outcome": outcome, "outcome_at": now} if outcome else {}
        person = make_participant(study, **ended)
        make_assessment(make_prompt(study), person, is_surplus=number == 0)
        panel.entries.create(participant=person, external_id=f"{LONG}{number}")
    panel.events.create(event_id="1", kind="submission.status.change: RETURNED", effect="ended: returned")
    panel.events.create(event_id="2", kind=LONG[:100], effect="nobody of this study", external_id=LONG)
    states: tuple[dict[str, Any], ...] = ({}, {"sent_at": now}, {"error": LONG}, {"participant": person})
    for number, fields in enumerate(states):
        InvitedPerson.objects.create(study=study, email=f"{'long' * 14}{number}@example.org", language="en", **fields)
    page = open_as(make_user(is_superuser=True), viewport=viewport, scheme=scheme)
    for name, *arguments in (
        ("panels",),
        ("panel", panel.pk),
        ("add-panel", "connect"),
        ("invitations",),
        ("letter", "reminder", "en"),
        ("pay",),
    ):
        page.goto(reverse(f"elicitation:{name}", args=[study.slug, *arguments]))
        assert page.locator("h1").count() == 1
        assert_accessible(page)
        assert_fits(page)
