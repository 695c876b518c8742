"""If these fail, the API shows or does to somebody what the pages would not.

Every address of the API is in the table below: a new one without a row fails.
"""

import pytest
from django.urls import URLPattern

from collective.api.urls import urlpatterns
from elicitation.panels.managing import add_panel
from elicitation.webhooks import add_webhook
from spec_loop.loop.plan import LoopPlan
from spec_loop.models import Run
from spec_loop.versions import import_spec
from tests.spec_loop.making import SPEC, make_proposal

STUDY = "/api/v1/studies/city/"
# name: (address, how a researcher writes to it; None where it is only read)
TABLE = {
    "study": (STUDY, "patch"),
    "status": (f"{STUDY}status/", "post"),
    "prompts": (f"{STUDY}prompts/", "post"),
    "prompt": (f"{STUDY}prompts/first/", "put"),
    "clone": (f"{STUDY}clone/", "post"),
    "protocols": (f"{STUDY}protocol/versions/", None),
    "protocol": (f"{STUDY}protocol/versions/1/", None),
    "protocol-draft": (f"{STUDY}protocol/draft/", "patch"),
    "protocol-publish": (f"{STUDY}protocol/publish/", "post"),
    "retest": (f"{STUDY}retests/first/", "post"),
    "invitations": (f"{STUDY}invitations/", "post"),
    "invitation-queue": (f"{STUDY}invitations/queue/", "post"),
    "letter": (f"{STUDY}letters/invitation/en/", "put"),
    "texts": (f"{STUDY}texts/", None),
    "texts-in": (f"{STUDY}texts/es/", "put"),
    "texts-machine": (f"{STUDY}texts/es/machine/", "post"),
    "draft-responses": (f"{STUDY}draft-responses/", "post"),
    "find-flags": (f"{STUDY}flags/find/", "post"),
    "quotas": (f"{STUDY}quotas/", "put"),
    "panels": (f"{STUDY}panels/", "post"),
    "panel": (f"{STUDY}panels/PANEL/", "patch"),
    "people": (f"{STUDY}people/", None),
    "person": (f"{STUDY}people/p1/", None),
    "exclusion": (f"{STUDY}people/p1/exclusion/", "put"),
    "monitoring": (f"{STUDY}monitoring/", None),
    "flags": (f"{STUDY}flags/", None),
    "pay": (f"{STUDY}pay/", None),
    "paid": (f"{STUDY}pay/paid/", "post"),
    "webhooks": (f"{STUDY}webhooks/", "post"),
    "webhook": (f"{STUDY}webhooks/WEBHOOK/", "patch"),
    "webhook-test": (f"{STUDY}webhooks/WEBHOOK/test/", "post"),
    "deliveries": (f"{STUDY}deliveries/", None),
    "assessments": (f"{STUDY}assessments/", None),
    "assessment": (f"{STUDY}assessments/ASSESSMENT/", None),
    "agreement": (f"{STUDY}agreement/?document=rules", None),
    "runs": (f"{STUDY}runs/", "post"),
    "run": (f"{STUDY}runs/RUN/", None),
    "cancel-run": (f"{STUDY}runs/RUN/cancel/", "post"),
    "resume-run": (f"{STUDY}runs/RUN/resume/", "post"),
    "proposals": (f"{STUDY}proposals/", None),
    "proposal": (f"{STUDY}proposals/PROPOSAL/", None),
    "export": (f"{STUDY}export/", None),
}
# What names people or holds secrets is not for reviewers.
FOR_RESEARCHERS = {
    "letter",
    "texts",
    "texts-in",
    "invitations",
    "export",
    "panels",
    "panel",
    "pay",
    "webhooks",
    "webhook",
    "deliveries",
}
ONLY_WRITTEN = {
    "texts-machine",
    "draft-responses",
    "find-flags",
    "clone",
    "protocol-publish",
    "retest",
    "invitation-queue",
    "exclusion",
    "paid",
    "webhook-test",
    "status",
    "cancel-run",
    "resume-run",
}
# A reviewer may do these; who may decide what is the proposal's affair (test_proposals).
FOR_REVIEWERS = {"review", "decide"}
# Their own tests say who sees what: there is no study in these addresses.
WITHOUT_STUDY = {"schema", "docs", "studies", "documents", "document", "versions", "version", "diff"}


def test_every_address_is_covered():
    names = {pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)}
    names = {name for name in names if not str(name).startswith("take-part")}  # no account: test_take_part
    assert names == set(TABLE) | WITHOUT_STUDY | FOR_REVIEWERS


@pytest.fixture
def addresses(world):
    proposal = make_proposal(world.study)
    run = Run.objects.create(
        study=world.study,
        document=proposal.document,
        base_version=proposal.base_version,
        block="personal",
        ranker="offline",
        proposer="offline",
        plan=LoopPlan().to_json(),
    )
    import_spec(by=None, name="rules", data=SPEC.encode(), study=world.study)
    webhook = add_webhook(by=None, study=world.study, url="https://example.org/", events=["participant.ended"])
    panel = add_panel(by=None, study=world.study, preset="generic")
    marks = {
        "WEBHOOK": webhook.pk,
        "PANEL": panel.pk,
        "ASSESSMENT": world.assessment.pk,
        "RUN": run.pk,
        "PROPOSAL": proposal.pk,
    }

    def fill(address: str) -> str:
        for mark, pk in marks.items():
            address = address.replace(mark, str(pk))
        return address

    return fill


@pytest.mark.parametrize("name", sorted(set(TABLE) - ONLY_WRITTEN))
def test_who_reads(world, addresses, name):
    address = addresses(TABLE[name][0])
    assert world.researcher.get(address).status_code in {200, 400}  # 400: nothing is ranked yet
    assert world.reviewer.get(address).status_code == (
        403 if name in FOR_RESEARCHERS else world.researcher.get(address).status_code
    )
    assert world.stranger.get(address).status_code == 404
    assert world.nobody.get(address).status_code == 401


@pytest.mark.parametrize("name", sorted(name for name, (_, writes) in TABLE.items() if writes))
def test_who_writes(world, addresses, name):
    address, writes = addresses(TABLE[name][0]), str(TABLE[name][1])
    assert getattr(world.reviewer, writes)(address, {}, format="json").status_code == 403
    assert getattr(world.stranger, writes)(address, {}, format="json").status_code == 404
    assert getattr(world.nobody, writes)(address, {}, format="json").status_code == 401


@pytest.mark.parametrize("action", ["review", "decisions"])
def test_strangers_have_no_say_about_proposals(world, addresses, action):
    address = addresses(f"{STUDY}proposals/PROPOSAL/{action}/")
    assert world.stranger.post(address, {}, format="json").status_code == 404
    assert world.nobody.post(address, {}, format="json").status_code == 401
