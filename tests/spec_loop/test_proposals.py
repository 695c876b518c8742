"""An adopted sentence must be the proposed one, in the document as it is now, with who decided and why."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from collective.audit.chain import verify
from collective.audit.models import AuditEntry
from elicitation.models import Role
from spec_loop.models import Decision, Document, Proposal, SpecVersion
from spec_loop.proposals import DecisionRefused, decide, put_in_review, role_to_decide
from spec_loop.versions import import_spec
from tests.factories import make_member, make_study, make_user

from .making import SPEC, make_proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def admin():
    return make_user(is_superuser=True)


def adopt(by, proposal, reason="Yes") -> SpecVersion:
    version = decide(by=by, proposal=proposal, verdict="adopt", reason=reason).version
    assert version is not None
    return version


def move_on(document, old, new):
    return import_spec(by=None, name=document.name, data=document.current.text.replace(old, new).encode())


def test_adoption_writes_the_next_version(study, admin):
    proposal = make_proposal(study)
    version = adopt(admin, proposal, " People named four sides. ")
    decision = Decision.objects.get()
    assert version.text == SPEC.replace("both sides", "all sides")
    assert (version.number, version.parent, version.source) == (2, proposal.base_version, SpecVersion.Source.ADOPTION)
    assert version.note == "Name every side people see, not two only.\n\nPeople named four sides."
    assert (version.created_by, decision.decided_by, decision.reason) == (admin, admin, "People named four sides.")
    assert Document.objects.get(pk=proposal.document_id).current == version
    assert Proposal.objects.get().status == proposal.status == Proposal.Status.ADOPTED


def test_adoption_is_recorded(study, admin):
    proposal = make_proposal(study)
    version = adopt(admin, proposal)
    decision = Decision.objects.get()
    entries = list(AuditEntry.objects.order_by("number").values_list("action", "target", "actor"))[-2:]
    assert entries == [
        ("spec.version_added", f"document:{proposal.document.name}", admin.email),
        ("proposal.adopted", f"proposal:{proposal.pk}", admin.email),
    ]
    last = AuditEntry.objects.get(action="proposal.adopted")
    assert last.details == {"decision": decision.pk, "version": version.hash}
    assert verify().broken is None


@pytest.mark.parametrize(("verdict", "status"), [("defer", "deferred"), ("decline", "declined")])
def test_other_verdicts_change_no_document(study, admin, verdict, status):
    proposal = make_proposal(study)
    decision = decide(by=admin, proposal=proposal, verdict=verdict, reason="Not now")
    assert decision.version is None
    assert Proposal.objects.get().status == status
    assert SpecVersion.objects.count() == 1


def test_the_edit_goes_into_the_version_that_is_current_by_now(study, admin):
    proposal = make_proposal(study)
    moved = move_on(proposal.document, "hurt others", "hurt anybody")
    version = adopt(admin, proposal)
    assert version.parent == moved
    assert "all sides" in version.text
    assert "hurt anybody" in version.text


def test_an_edit_that_no_longer_applies_is_refused_and_nothing_changes(study, admin):
    proposal = make_proposal(study)
    moved = move_on(proposal.document, "both sides", "two sides")
    with pytest.raises(DecisionRefused) as refusal:
        decide(by=admin, proposal=proposal, verdict="adopt", reason="Yes")
    assert str(refusal.value) == (
        "The document has moved on since this was proposed, and the edit does not apply to version 2 any more. "
        'The anchor does not occur in section "#sides": "both"'
    )
    assert Proposal.objects.get().status == Proposal.Status.TESTED
    assert not Decision.objects.exists()
    assert Document.objects.get(pk=proposal.document_id).current == moved


def test_an_edit_that_never_applied_is_refused(study, admin):
    proposal = make_proposal(study, edit={"operation": "replace", "section_id": "sides", "anchor": "x", "text": "y"})
    with pytest.raises(DecisionRefused, match=r"^The edit does not apply to the document\. The anchor"):
        decide(by=admin, proposal=proposal, verdict="adopt", reason="Yes")


def test_two_proposals_for_two_places_are_both_adopted(study, admin):
    first = make_proposal(study)
    edit = {"operation": "replace", "section_id": "harm", "anchor": "others", "text": "anyone"}
    second = make_proposal(study, document=first.document, edit=edit, authority="root")
    decide(by=admin, proposal=first, verdict="adopt", reason="Yes")
    decide(by=admin, proposal=second, verdict="adopt", reason="Yes")
    text = SpecVersion.objects.latest("number").text
    assert "all sides" in text
    assert "hurt anyone" in text


def test_a_change_taken_back_makes_the_old_version_current(study, admin):
    first = make_proposal(study)
    decide(by=admin, proposal=first, verdict="adopt", reason="Yes")
    document = Document.objects.get(pk=first.document_id)
    edit = {"operation": "replace", "section_id": "sides", "anchor": "all", "text": "both"}
    back = make_proposal(study, document=document, edit=edit)
    assert decide(by=admin, proposal=back, verdict="adopt", reason="No").version == first.base_version
    assert Document.objects.get(pk=document.pk).current == first.base_version


@pytest.mark.parametrize(
    ("verdict", "reason", "sentence"),
    [
        ("adopt", "  ", "A decision needs a reason: it is part of the record."),
        ("adopt", "x" * 10_001, "A reason has at most 10,000 characters."),
        ("shelve", "Why not", "A proposal is adopted, deferred or declined, not 'shelve'."),
    ],
)
def test_bad_decisions_are_refused(study, admin, verdict, reason, sentence):
    with pytest.raises(DecisionRefused) as refusal:
        decide(by=admin, proposal=make_proposal(study), verdict=verdict, reason=reason)
    assert str(refusal.value) == sentence


def test_what_is_settled_stays_settled(study, admin):
    adopted, declined = make_proposal(study), make_proposal(study)
    decide(by=admin, proposal=adopted, verdict="adopt", reason="Yes")
    decide(by=admin, proposal=declined, verdict="decline", reason="No")
    for proposal, word in ((adopted, "adopted"), (declined, "declined")):
        with pytest.raises(DecisionRefused, match=f"^The proposal is {word} already.$"):
            decide(by=admin, proposal=proposal, verdict="defer", reason="Later")


def test_a_deferred_proposal_can_be_decided_later(study, admin):
    proposal = make_proposal(study)
    decide(by=admin, proposal=proposal, verdict="defer", reason="Later")
    put_in_review(by=admin, proposal=proposal)
    decide(by=admin, proposal=proposal, verdict="adopt", reason="Now")
    assert list(proposal.decisions.values_list("verdict", "reason")) == [("defer", "Later"), ("adopt", "Now")]


def test_a_draft_is_not_decided(study, admin):
    proposal = make_proposal(study, status=Proposal.Status.DRAFT)
    with pytest.raises(DecisionRefused, match=r"^The proposal has not been tested yet\.$"):
        decide(by=admin, proposal=proposal, verdict="adopt", reason="Yes")
    with pytest.raises(DecisionRefused, match=r"^Only a tested or a deferred proposal goes into review; this one is "):
        put_in_review(by=admin, proposal=proposal)


@pytest.mark.parametrize(
    ("kind", "authority", "section", "role"),
    [
        ("clarification", "user", "sides", Role.REVIEWER),
        ("clarification", "root", "harm", Role.RESEARCHER),
        ("change_of_principle", "user", "sides", Role.RESEARCHER),
        ("change_of_principle", "root", "harm", Role.ADMIN),
        # The section has gained authority since it was proposed.
        ("change_of_principle", "user", "harm", Role.ADMIN),
        ("change_of_principle", "platform", "sides", Role.ADMIN),
    ],
)
def test_who_may_decide_follows_from_what_would_change(study, kind, authority, section, role):
    edit = {"operation": "insert_text", "section_id": section, "anchor": "", "text": "More."}
    proposal = make_proposal(study, kind=kind, authority=authority, edit=edit)
    assert role_to_decide(proposal) == role
    below = {Role.RESEARCHER: Role.REVIEWER, Role.ADMIN: Role.RESEARCHER}.get(role)
    if below:
        member = make_member(study, below)
        for verdict in ("adopt", "decline"):
            with pytest.raises(PermissionDenied):
                decide(by=member, proposal=proposal, verdict=verdict, reason="Mine")
        decide(by=member, proposal=proposal, verdict="defer", reason="Later")
    decide(by=make_member(study, role), proposal=proposal, verdict="adopt", reason="Yes")


def test_an_edit_that_changes_an_authority_takes_an_admin(study):
    edit = {
        "operation": "replace",
        "section_id": "sides",
        "anchor": "authority=user",
        "text": "authority=guideline",
        "changes_authority": True,
    }
    proposal = make_proposal(study, kind="clarification", edit=edit)
    assert role_to_decide(proposal) == Role.ADMIN
    version = adopt(None, proposal)
    assert "authority=guideline" in version.text


def test_staff_of_other_studies_decide_nothing(study):
    stranger = make_member(make_study(), Role.ADMIN)
    proposal = make_proposal(study)
    for verdict in ("adopt", "defer", "decline"):
        with pytest.raises(PermissionDenied):
            decide(by=stranger, proposal=proposal, verdict=verdict, reason="Mine")
    with pytest.raises(PermissionDenied):
        put_in_review(by=stranger, proposal=proposal)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_adopt_at_once_one_does():
    study, admin = make_study(), make_user(is_superuser=True)
    proposal = make_proposal(study)
    start, outcomes = threading.Barrier(2), []

    def adopt():
        try:
            start.wait(timeout=10)
            decide(by=admin, proposal=Proposal.objects.get(pk=proposal.pk), verdict="adopt", reason="Yes")
            outcomes.append("adopted")
        except DecisionRefused as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=adopt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["The proposal is adopted already.", "adopted"]
    assert SpecVersion.objects.filter(document=proposal.document).count() == 2
    assert Decision.objects.count() == 1
