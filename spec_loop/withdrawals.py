"""What becomes of runs, proposals and decisions when people take answers back.

A person's rankings are gone with their assessments, and with the rankings the evidence that named them. Here their
words are cut wherever a model's answer, an edit, or somebody who decided has repeated them. Figures that were measured
stay as the record of what was measured then; the next measurement leaves the person out.

The texts of spec versions are left: they are published, named by their hash, and were adopted by people.
"""

from typing import Any, Final

from collective.work.models import WorkState
from elicitation.withdrawal import Taken
from elicitation.withdrawal.copies import cut_copies
from llm.quoting import WITHDRAWN, Quotations

from .models import CandidateEdit, Decision, Proposal, Run, SpecVersion, WorkItem

CUT: Final = "It repeated words that somebody has taken back since."


def forget(*, taken: Taken, **_said: Any) -> None:
    """Cut what is taken back out of everything the loop keeps of the study."""
    if not taken.quotations:
        return
    study = taken.participant.study
    _stop_tests(study.pk, taken.quotations)
    documents = study.documents.values("pk")
    places = (
        (WorkItem.objects.filter(run__study=study), ["task", "answer", "error"]),
        (
            CandidateEdit.objects.filter(run__study=study),
            ["edit", "intent", "reason", "select_effect", "holdout_effect", "sources"],
        ),
        (Run.objects.filter(study=study), ["message", "result", "plan"]),
        (Proposal.objects.filter(study=study), ["edit", "intent", "effect"]),
        (Decision.objects.filter(proposal__study=study), ["reason"]),
        (SpecVersion.objects.filter(document__in=documents, created_at__gte=taken.since), ["note"]),
    )
    for rows, fields in places:
        cut_copies(rows, fields, taken.quotations)


def is_cut(edit: dict[str, Any]) -> bool:
    """Return whether words were cut out of an edit, so that it can be adopted no more."""
    return any(isinstance(value, str) and WITHDRAWN in value for value in edit.values())


def _stop_tests(study: int, quotations: Quotations) -> None:
    """Take edits out of their tests that would be tested without the words they were proposed with."""
    untested = CandidateEdit.objects.filter(run__study=study, outcome=CandidateEdit.Outcome.UNTESTED)
    cut = [pk for pk, edit in untested.values_list("pk", "edit") if quotations.occur_in(edit)]
    CandidateEdit.objects.filter(pk__in=cut).update(outcome=CandidateEdit.Outcome.INVALID, spec_hash="", reason=CUT)
    WorkItem.objects.filter(edit__in=cut, state__in=[WorkState.PENDING, WorkState.LEASED]).update(
        state=WorkState.CANCELLED, leased_until=None, lease_holder=""
    )
