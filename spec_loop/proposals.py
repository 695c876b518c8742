"""Decide about proposals: put them into review, adopt, defer or decline them.

Who may decide follows from what would change:

- a *clarification* takes a reviewer of the study; in a section of the highest authority (root, system, or platform of
  older documents) a researcher, because whether it only clarifies is the proposer's own claim;
- a *change of principle* takes a researcher; in a section of the highest authority an admin;
- an edit that changes an authority takes an admin, whatever it calls itself;
- to defer, and to put into review, takes a reviewer: neither settles anything.

One decision of one person is enough. The higher the authority, the more approvals a decision will need in time; the
rows of `Decision` are made so that several can belong to one proposal.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collective.accounts.models import User
from collective.audit.chain import record
from elicitation.models import Role, Study
from elicitation.permissions import may

from .document import HIGHEST, Edit, EditRefused, SpecInvalid, apply_edit, parse
from .models import Decision, Document, Evidence, Proposal, SpecVersion
from .versions import add_version
from .withdrawals import is_cut

Status, Verdict, Kind = Proposal.Status, Decision.Verdict, Proposal.Kind

_RESULTS = {
    Verdict.ADOPT: Status.ADOPTED,
    Verdict.DEFER: Status.DEFERRED,
    Verdict.DECLINE: Status.DECLINED,
}
_SETTLED = {
    Status.ADOPTED: gettext_lazy("The proposal is adopted already."),
    Status.DECLINED: gettext_lazy("The proposal is declined already."),
}
LONGEST_REASON = 10_000


class DecisionRefused(Exception):
    """The decision cannot be taken; the sentence says why."""


def role_to_decide(proposal: Proposal, verdict: Decision.Verdict = Decision.Verdict.ADOPT) -> Role:
    """Return the role that it takes to give a verdict on a proposal; the module's head says why."""
    if verdict == Verdict.DEFER:
        return Role.REVIEWER
    if proposal.edit.get("changes_authority"):
        return Role.ADMIN
    is_high = proposal.authority in HIGHEST or _current_authority(proposal) in HIGHEST
    if proposal.kind == Kind.CLARIFICATION:
        return Role.RESEARCHER if is_high else Role.REVIEWER
    return Role.ADMIN if is_high else Role.RESEARCHER


def may_decide(user: User, proposal: Proposal, verdict: Decision.Verdict) -> bool:
    """Return whether a user has the role that a verdict on a proposal takes."""
    return may(user, proposal.study, role_to_decide(proposal, verdict))


def _current_authority(proposal: Proposal) -> str:
    """Return the authority the section has by now; the document may have changed since the proposal was made."""
    current = proposal.document.current
    section = parse(current.text).by_id.get(proposal.section_id) if current else None
    return section.authority if section else ""


@transaction.atomic
def put_in_review(*, by: User | None, proposal: Proposal) -> Proposal:
    """Say that people are looking at a tested or deferred proposal. `by` is None for the command line.

    Raises `DecisionRefused`, or `PermissionDenied` where the role is too low.
    """
    kept = _lock(proposal)
    _require(by, kept.study, Role.REVIEWER)
    if kept.status not in {Status.TESTED, Status.DEFERRED}:
        raise DecisionRefused(
            _("Only a tested or a deferred proposal goes into review; this one is %(status)s.")
            % {"status": _status(kept)}
        )
    kept.status = Status.IN_REVIEW
    kept.save(update_fields=["status"])
    _record(by, "proposal.put_in_review", kept, {})
    return kept


@transaction.atomic
def decide(*, by: User | None, proposal: Proposal, verdict: str, reason: str) -> Decision:
    """Adopt, defer or decline a proposal, with a reason. `by` is None for the command line.

    Adoption applies the edit to the document's *current* version, which may be a later one than the proposal was made
    for, and writes the result as the next version with its changelog entry: all in one transaction, one decision at a
    time. A deferred proposal can be decided again; an adopted or declined one cannot.

    Raises `DecisionRefused`, or `PermissionDenied` where the role is too low.
    """
    reason = reason.strip()
    if verdict not in Verdict.values:
        raise DecisionRefused(
            _("A proposal is adopted, deferred or declined, not %(verdict)s.") % {"verdict": repr(verdict)}
        )
    if not reason:
        raise DecisionRefused(_("A decision needs a reason: it is part of the record."))
    if len(reason) > LONGEST_REASON:
        raise DecisionRefused(_("A reason has at most %(limit)s characters.") % {"limit": f"{LONGEST_REASON:,}"})
    kept = _lock(proposal)
    _require(by, kept.study, role_to_decide(kept, Verdict(verdict)))
    if kept.status in _SETTLED:
        raise DecisionRefused(_SETTLED[Status(kept.status)])
    if kept.status == Status.DRAFT:
        raise DecisionRefused(_("The proposal has not been tested yet."))
    version = _adopt(by, kept, reason) if verdict == Verdict.ADOPT else None
    decision = Decision.objects.create(proposal=kept, verdict=verdict, reason=reason, decided_by=by, version=version)
    kept.status = _RESULTS[Verdict(verdict)]
    kept.save(update_fields=["status"])
    details = {"decision": decision.pk, "version": version.hash if version else None}
    _record(by, f"proposal.{kept.status}", kept, details)
    proposal.status = kept.status
    return decision


def _lock(proposal: Proposal) -> Proposal:
    """Return the proposal as it is now; its row and then its document's are ours until the transaction ends."""
    kept = Proposal.objects.select_for_update().get(pk=proposal.pk)
    kept.document = Document.objects.select_for_update().get(pk=kept.document_id)
    return kept


def _require(by: User | None, study: Study, role: Role) -> None:
    if by is not None and not may(by, study, role):
        raise PermissionDenied(_("This needs the role %(label)s in the study.") % {"label": role.label})


def _status(proposal: Proposal) -> str:
    return str(proposal.get_status_display()).lower()


def _adopt(by: User | None, proposal: Proposal, reason: str) -> SpecVersion:
    try:
        text = text_if_adopted(proposal)
        return add_version(
            by=by,
            document=proposal.document,
            text=text,
            source=SpecVersion.Source.ADOPTION,
            note=f"{proposal.intent}\n\n{reason}",
            study=proposal.study,
        )
    except SpecInvalid as error:
        raise DecisionRefused(
            _("With the edit the document would have an error, on %(error)s.") % {"error": error}
        ) from error


def text_if_adopted(proposal: Proposal) -> str:
    """Return the text that adopting a proposal now would make current.

    Raises `DecisionRefused` where the edit does not apply to the current version.
    """
    current = proposal.document.current
    if current is None:
        raise DecisionRefused(_("The document has no version any more."))
    if is_cut(proposal.edit):
        raise DecisionRefused(
            _("The edit repeated words that somebody has taken back. They were cut out, so it cannot be adopted.")
        )
    try:
        return apply_edit(current.text, Edit.from_json(proposal.edit))
    except EditRefused as error:
        if current.pk == proposal.base_version_id:
            raise DecisionRefused(_("The edit does not apply to the document. %(error)s") % {"error": error}) from error
        raise DecisionRefused(
            _(
                "The document has moved on since this was proposed, and the edit does not apply to version "
                "%(number)s any more. %(error)s"
            )
            % {"number": current.number, "error": error}
        ) from error


def _record(by: User | None, action: str, proposal: Proposal, details: dict[str, Any]) -> None:
    record(
        by=by,
        action=action,
        target=f"proposal:{proposal.pk}",
        study=proposal.study.slug,
        details=details,
    )


# --- reading --------------------------------------------------------------------------------------------------


def proposals_of(study: Study) -> QuerySet[Proposal]:
    """Return a study's proposals: recommended ones first, then in the order in which they were made."""
    return study.proposals.select_related("document", "base_version", "candidate").defer("base_version__text")


def evidence_for(proposal: Proposal, stance: Evidence.Stance) -> QuerySet[Evidence]:
    """Return the rankings that speak for or against a proposal, those that change most first."""
    return (
        proposal.evidence.filter(stance=stance)
        .select_related("ranking__assessment__participant", "ranking__assessment__prompt")
        .order_by("pk")
    )
