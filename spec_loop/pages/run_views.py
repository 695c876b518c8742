"""What the page of a run shows, in words and figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collective.web import plots
from spec_loop.document import section_titles
from spec_loop.loop.runs import Progress, calls_of, progress
from spec_loop.models import CandidateEdit, Run
from spec_loop.rankers import ranker_name

Outcome = CandidateEdit.Outcome

STATUS_TONES = {
    Run.Status.QUEUED: "info",
    Run.Status.RUNNING: "accent",
    Run.Status.PAUSED: "warn",
    Run.Status.DONE: "good",
    Run.Status.FAILED: "bad",
}
# The model's own labels say it in full; a badge beside the reason has no room for that.
OUTCOME_LABELS = {
    Outcome.UNTESTED: gettext_lazy("Not tested"),
    Outcome.INVALID: gettext_lazy("Does not apply"),
    Outcome.STOPPED: gettext_lazy("Stopped"),
    Outcome.NOT_CONFIRMED: gettext_lazy("Not confirmed"),
    Outcome.HARMS: gettext_lazy("Costs some too much"),
    Outcome.RECOMMENDED: gettext_lazy("Recommended"),
}
OUTCOME_TONES = {Outcome.RECOMMENDED: "good", Outcome.HARMS: "warn", Outcome.NOT_CONFIRMED: "info"}


@dataclass(frozen=True)
class ShownProgress:
    """A run's progress for its page: finished stages, the one under way, and what was spent."""

    found: Progress
    label: str
    value: int
    maximum: int
    stage_number: int
    stages: int
    spent: str
    budget: tuple[str, int, int] | None


@dataclass(frozen=True)
class ShownEdit:
    """An edit as a row of the result."""

    edit: CandidateEdit
    name: str
    outcome: str
    tone: str
    calls: int
    proposal_pk: int | None
    holdout: dict[str, Any] | None


def describe_progress(run: Run) -> ShownProgress:
    """Return how far a run is."""
    found = progress(run)
    current = found.current
    stages = len(found.stages)
    number = [stage.stage.value for stage in found.stages].index(current.stage.value) + 1 if current else 0
    if run.status == Run.Status.DONE:
        label, value, maximum, number = _("All stages are done"), 1, 1, stages
    elif current is None:
        label, value, maximum = _("Not begun"), 0, 1
    else:
        label, value, maximum = str(current.stage.label), current.done + current.failed, current.total
    budget = (_("Budget in calls"), found.calls, run.max_calls) if run.max_calls else None
    return ShownProgress(found, label, value, maximum, number, stages, _spent(found), budget)


def describe_run(run: Run) -> list[tuple[str, Any]]:
    """Return the facts of a run."""
    limits = [
        ngettext("%s call", "%s calls", run.max_calls) % number_format(run.max_calls) if run.max_calls else "",
        _("%s tokens") % number_format(run.max_tokens) if run.max_tokens else "",
        f"${run.max_cost:.2f}" if run.max_cost else "",
    ]
    sizes = run.result.get("prompts", {})
    facts = [
        (_("Spec"), f"{run.document.title}, {_('version')} {run.base_version.number}"),
        (_("Rankings"), run.get_block_display()),
        (_("Ranker"), ranker_name(run.ranker)),
        (_("Proposer"), ranker_name(run.proposer)),
        (_("Seed"), str(run.seed)),
        (_("Budget"), ", ".join(filter(None, limits)) or _("no limit")),
        (
            _("Started"),
            _("%(when)s by %(whom)s")
            % {
                "when": date_format(timezone.localtime(run.created_at), "DATETIME_FORMAT"),
                "whom": run.created_by or _("the command line"),
            },
        ),
    ]
    if sizes:
        facts.insert(
            6,
            (
                _("Prompts"),
                _("%(explore)s to explore, %(select)s to select, %(holdout)s held out") % sizes,
            ),
        )
    return facts


def summarise(run: Run) -> str:
    """Return in a sentence what came of a run, or where it stands."""
    if run.status == Run.Status.DONE:
        edits = run.result.get("edits", {"tested": 0, "recommended": 0})
        if not edits["tested"]:
            return _("No edit was proposed that could be tested.")
        return ngettext(
            "%(tested)s edit was tested, and %(recommended)s is recommended.",
            "%(tested)s edits were tested, and %(recommended)s of them recommended.",
            edits["tested"],
        ) % {"tested": edits["tested"], "recommended": edits["recommended"]}
    if run.status == Run.Status.CANCELLED:
        return _("The run was cancelled; nothing came of it.")
    return _("Edits are recommended once the last stage is through.")


def describe_result(run: Run) -> dict[str, Any] | None:
    """Return what came of a run, None as long as no edit was tested."""
    edits = list(run.edits.select_related("proposal").order_by("number"))
    if not edits:
        return None
    calls = calls_of(run)
    titles = section_titles(run.base_version.text)
    shown = [_shown(edit, calls.get(edit.pk, 0), titles) for edit in edits]
    real = [row for row in shown if not row.edit.is_placebo]
    tested = [row for row in shown if row.edit.select_effect]
    placebos = [row for row in shown if row.edit.is_placebo and row.edit.outcome != Outcome.INVALID]
    return {
        "edits": sorted(real, key=lambda row: (_order(row.edit), row.edit.number)),
        "placebos": placebos,
        "recommended": sum(row.edit.outcome == Outcome.RECOMMENDED for row in real),
        "plot": _plot(tested),
        "intervals": _intervals(tested),
    }


def _shown(edit: CandidateEdit, calls: int, titles: Mapping[str, str]) -> ShownEdit:
    kind = _("Placebo") if edit.is_placebo else _("Edit")
    proposal = getattr(edit, "proposal", None)
    return ShownEdit(
        edit=edit,
        name=f"{kind} {edit.number}: {titles.get(edit.section_id, edit.section_id)}",
        outcome=str(OUTCOME_LABELS[Outcome(edit.outcome)]),
        tone=OUTCOME_TONES.get(Outcome(edit.outcome), ""),
        calls=calls,
        proposal_pk=proposal.pk if proposal else None,
        holdout=_deciding(edit.holdout_effect),
    )


def _deciding(holdout: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the gain on holdout with the interval that decides: the one corrected for the number of edits."""
    if holdout is None:
        return None
    return {"estimate": holdout["estimate"], "low": holdout["corrected_low"], "high": holdout["corrected_high"]}


def _order(edit: CandidateEdit) -> int:
    best_first = [
        Outcome.RECOMMENDED,
        Outcome.HARMS,
        Outcome.NOT_CONFIRMED,
        Outcome.STOPPED,
        Outcome.UNTESTED,
        Outcome.INVALID,
    ]
    return best_first.index(Outcome(edit.outcome))


def _intervals(rows: list[ShownEdit]) -> list[plots.Interval]:
    found = []
    for row in rows:
        parts = ((_("Select"), row.edit.select_effect), (_("Holdout"), row.holdout))
        for series, effect in parts:
            if effect and effect["estimate"] is not None:
                found.append(plots.Interval(row.name, effect["estimate"], effect["low"], effect["high"], series))
    return found


def _plot(rows: list[ShownEdit]) -> SafeString | None:
    intervals = _intervals(rows)
    if not intervals:
        return None
    return plots.interval_plot(
        intervals,
        title=_("Gain in agreement of each edit"),
        axis=_("Gain in pair agreement"),
        references=[plots.Reference(_("no change"), 0.0)],
    )


def _spent(found: Progress) -> str:
    parts = [
        ngettext("%s call", "%s calls", found.calls) % number_format(found.calls),
        _("%s tokens") % number_format(found.tokens),
    ]
    if found.cost != Decimal(0):
        parts.append(f"${found.cost:.2f}")
    return " · ".join(parts)
