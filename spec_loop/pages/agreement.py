"""The page of a study's agreement with a spec, and the button that ranks with the offline baseline."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from collective.accounts.models import User
from collective.accounts.signed_in import signed_in_user
from collective.web import plots
from elicitation.models import Block, Prompt, Role, Study
from elicitation.permissions import get_study, may
from elicitation.queries.counted import counted_prompts
from elicitation.queries.progress import name_of
from llm.errors import GatewayError
from measures.resampling import Estimate
from spec_loop.agreement import (
    SMALLEST_GROUP,
    GroupAgreement,
    NoRankings,
    StudyAgreement,
    choose_block,
    excluded_rankers,
)
from spec_loop.document import spec_text
from spec_loop.measuring import stored_agreement
from spec_loop.models import SpecVersion
from spec_loop.rankers import OFFLINE, prompts_to_rank, rank_study, ranker_name, stored_counts
from spec_loop.versions import visible_documents

SHOWN_PROMPTS = 15
WITH_EXCLUDED = "all"
MOST_PLOTTED_SECTIONS = 25
LONGEST_REQUEST = 6.0
"""Seconds that ranking may take within a request; what is left then goes on with the next press or the command."""


class ChoiceForm(forms.Form):
    """Which agreement to show."""

    version = forms.ChoiceField(label=gettext_lazy("Spec"), required=False)
    ranker = forms.ChoiceField(label=gettext_lazy("Ranker"), required=False)
    block = forms.ChoiceField(label=gettext_lazy("People's rankings"), choices=Block.choices, required=False)
    people = forms.ChoiceField(
        label=gettext_lazy("People"),
        choices=[("", gettext_lazy("Without those excluded")), (WITH_EXCLUDED, gettext_lazy("With those excluded"))],
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | dict[str, str],
        versions: list[SpecVersion],
        rankers: list[str],
        *,
        anybody_excluded: bool,
    ) -> None:
        super().__init__(data)
        if not anybody_excluded:
            del self.fields["people"]
        for name, choices in (("version", _version_choices(versions)), ("ranker", _ranker_choices(rankers))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
            field.choices = choices


@dataclass(frozen=True)
class Asked:
    """What the page shows: a version, a ranker, a block, and whether people who were excluded are among those asked.

    `excluded` is how many people with rankings in the block a researcher has excluded.
    """

    version: SpecVersion
    ranker: str
    block: Block
    ranked: int
    excluded: int
    with_excluded: bool

    @property
    def fields(self) -> dict[str, str]:
        """The form's fields that ask for it."""
        people = WITH_EXCLUDED if self.with_excluded else ""
        return {"version": self.version.hash, "ranker": self.ranker, "block": self.block.value, "people": people}


@login_required
@require_safe
def agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how well a ranker that follows a spec agrees with the people of a study."""
    study = get_study(request.user, slug)
    versions = _versions(signed_in_user(request), study)
    context: dict[str, Any] = {"study": study, "may_rank": may(request.user, study, Role.RESEARCHER)}
    if not versions:
        return render(request, "spec_loop/agreement.html", context)
    counts = stored_counts(study)
    asked = _asked(request.GET, study, versions, counts)
    rankers = sorted({OFFLINE, *(ranker for _hash, ranker in counts)})
    context |= {
        "form": ChoiceForm(asked.fields, versions, rankers, anybody_excluded=bool(asked.excluded)),
        "asked": asked,
        "prompt_count": study.prompts.filter(counted_prompts()).count(),
        "is_offline": asked.ranker == OFFLINE,
    }
    if asked.ranked:
        context |= _figures(study, asked)
    return render(request, "spec_loop/agreement.html", context)


@login_required
@require_POST
def rank_offline(request: HttpRequest, slug: str) -> HttpResponse:
    """Rank every prompt of a study by a spec version with the offline baseline."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    wanted = request.POST.get("version", "")
    version = next((v for v in _versions(signed_in_user(request), study) if v.hash == wanted), None)
    if version is None:
        raise Http404(_("There is no such version, or its document belongs to no study of yours."))
    try:
        done = rank_study(
            spec=spec_text(version.text),
            prompts=prompts_to_rank(study),
            ranker=OFFLINE,
            account=f"agreement:{study.slug}",
            seconds=LONGEST_REQUEST,
        )
    except GatewayError as error:
        messages.error(request, str(error))
    else:
        if done.left:
            sentence = _(
                "Ranked %(done)s prompts so far, %(left)s are left: press the button again, or use the command."
            )
            messages.warning(request, sentence % {"done": done.known + done.asked, "left": done.left})
        else:
            messages.success(request, _("The offline baseline has ranked every prompt."))
    query = QueryDict(mutable=True)
    query.update({"version": version.hash, "ranker": OFFLINE})
    return redirect(f"{reverse('spec_loop:agreement', args=[study.slug])}?{query.urlencode()}")


# --- what to show ---------------------------------------------------------------------------------------------


def _versions(user: User, study: Study) -> list[SpecVersion]:
    """Return the versions the user may read, those of the study's own documents first, the newest first."""
    own = set(study.documents.values_list("pk", flat=True))
    found = SpecVersion.objects.filter(document__in=visible_documents(user)).select_related("document")
    return sorted(found, key=lambda v: (v.document_id not in own, v.document.title, v.document.name, -v.number))


def _asked(query: QueryDict, study: Study, versions: list[SpecVersion], counts: dict[tuple[str, str], int]) -> Asked:
    """Return what is asked for; where nothing (or nothing known) is, what has most to show."""
    known = {version.hash: version for version in versions}
    ranked = {spec_hash for spec_hash, _ranker in counts}
    version = known.get(query.get("version", "")) or next((v for v in versions if v.hash in ranked), versions[0])
    rankers = {ranker: prompts for (spec_hash, ranker), prompts in counts.items() if spec_hash == version.hash}
    everywhere = {OFFLINE} | {ranker for _hash, ranker in counts}
    ranker = query.get("ranker", "")
    if ranker not in everywhere:
        ranker = max(rankers, key=lambda name: (rankers[name], name != OFFLINE), default=OFFLINE)
    block = query.get("block", "")
    chosen = Block(block) if block in Block.values else choose_block(study, None)
    excluded = excluded_rankers(study, chosen)
    return Asked(
        version=version,
        ranker=ranker,
        block=chosen,
        ranked=rankers.get(ranker, 0),
        excluded=excluded,
        with_excluded=bool(excluded) and query.get("people") == WITH_EXCLUDED,
    )


def _version_choices(versions: list[SpecVersion]) -> list[Any]:
    """Return the versions grouped by document."""
    return [
        (title, [(version.hash, _version_name(version)) for version in group])
        for title, group in groupby(versions, key=lambda version: version.document.title)
    ]


def _version_name(version: SpecVersion) -> str:
    return _("%(title)s, version %(number)s (%(hash)s)") % {
        "title": version.document.title,
        "number": version.number,
        "hash": version.hash[:12],
    }


def _ranker_choices(rankers: list[str]) -> list[tuple[str, str]]:
    return [(name, ranker_name(name)) for name in rankers]


# --- figures ----------------------------------------------------------------------------------------------------


def _figures(study: Study, asked: Asked) -> dict[str, Any]:
    try:
        found = _agreement(study, asked, with_excluded=asked.with_excluded)
    except NoRankings as error:
        return {"nothing": str(error)}
    return {
        "found": found,
        "overall": found.overall,
        "smallest_group": SMALLEST_GROUP,
        "overall_plot": _overall_plot(found, asked),
        "rows": _overall_rows(found),
        "sections_plot": _sections_plot(found),
        "sections_left_out": max(0, len(found.by_section) - MOST_PLOTTED_SECTIONS),
        "groups": _groups(found),
        "prompts": _prompts(study, found),
        "both": _both(study, asked) if asked.excluded else [],
    }


def _agreement(study: Study, asked: Asked, *, with_excluded: bool) -> StudyAgreement:
    return stored_agreement(
        study=study, version=asked.version, ranker=asked.ranker, block=asked.block, with_excluded=with_excluded
    )


def _both(study: Study, asked: Asked) -> list[tuple[str, Estimate | None, Estimate | None]]:
    """Return the leading figures without and with the people excluded, side by side."""
    without, everybody = (_leading(study, asked, with_excluded=choice) for choice in (False, True))
    return [(name, without.get(name), everybody.get(name)) for name in everybody]


def _leading(study: Study, asked: Asked, *, with_excluded: bool) -> dict[str, Estimate]:
    try:
        overall = _agreement(study, asked, with_excluded=with_excluded).overall
    except NoRankings:  # where everybody is excluded
        return {}
    return {
        _("Pair agreement"): overall.pair_agreement,
        _("Tau-b"): overall.tau_b,
        _("Top choice"): overall.top_choice,
        _("Person to person"): overall.person_to_person,
        _("Share of the attainable"): overall.share_of_attainable,
    }


def _overall_rows(found: StudyAgreement) -> list[tuple[str, str, Estimate]]:
    """Return every overall figure with its name and what it says."""
    overall = found.overall
    return [
        (
            _("Pair agreement"),
            _("Share of the pairs people order that the ranker orders as they do; its ties count half"),
            overall.pair_agreement,
        ),
        (_("Tau-b"), _("Correlation of two rankings, from -1 to 1; 0 is chance"), overall.tau_b),
        (
            _("Top choice"),
            _("How far the first places coincide; with four responses guessing gives a quarter"),
            overall.top_choice,
        ),
        (_("Tau-b with the crowd's order"), _("Against people's Borda order of each prompt"), overall.aggregate),
        (
            _("Person to person"),
            _("Pair agreement of people with each other on the same prompt"),
            overall.person_to_person,
        ),
        (
            _("Attainable"),
            _("Pair agreement of the best single ranking of each prompt, chosen with these people in view"),
            overall.attainable,
        ),
        (_("Share of the attainable"), _("Pair agreement over the attainable"), overall.share_of_attainable),
    ]


def _interval(label: str, value: Estimate) -> plots.Interval:
    return plots.Interval(label, value.estimate, value.low, value.high)


def _references(found: StudyAgreement) -> list[plots.Reference]:
    lines = [
        (_("chance"), 0.5),
        (_("person to person"), found.overall.person_to_person.estimate),
        (_("attainable"), found.overall.attainable.estimate),
    ]
    return [plots.Reference(label, value) for label, value in lines if value is not None]


def _overall_plot(found: StudyAgreement, asked: Asked) -> str:
    overall = found.overall
    rows = [
        _interval(ranker_name(asked.ranker), overall.pair_agreement),
        _interval(_("Person to person"), overall.person_to_person),
        _interval(_("Best single ranking"), overall.attainable),
    ]
    return plots.interval_plot(
        rows,
        title=_("Pair agreement and what it can be held against"),
        axis=_("Pair agreement with people"),
        references=[plots.Reference(_("chance"), 0.5)],
    )


def _sections_plot(found: StudyAgreement) -> str:
    """Draw the sections that govern most prompts, in the spec's order."""
    counted = sorted(found.by_section, key=lambda section: -section.agreement.prompts)[:MOST_PLOTTED_SECTIONS]
    titles = Counter(section.title for section in counted)
    rows = [
        # A plot tells rows apart by their names.
        _interval(section.title if titles[section.title] == 1 else section.id, section.agreement.pair_agreement)
        for section in found.by_section
        if section in counted
    ]
    return plots.interval_plot(
        rows, title=_("Agreement by section"), axis=_("Pair agreement with people"), references=_references(found)
    )


def _groups(found: StudyAgreement) -> list[tuple[str, list[GroupAgreement], list[GroupAgreement], str]]:
    """Return for each question its name, its groups, those too small for a figure, and a plot."""
    listed = []
    for question, members in groupby(found.by_group, key=lambda group: group.question):
        groups = list(members)
        large = [group for group in groups if group.agreement is not None]
        rows = [_interval(group.value, group.agreement.pair_agreement) for group in large if group.agreement]
        name = str(name_of(question))
        everybody = found.overall.pair_agreement.estimate
        plot = plots.interval_plot(
            rows,
            title=_("Agreement by %(question)s") % {"question": name.lower()},
            axis=_("Pair agreement with people"),
            references=[plots.Reference(_("everybody"), everybody)] if everybody is not None else [],
        )
        listed.append((name, large, [group for group in groups if group.agreement is None], plot if rows else ""))
    return listed


def _prompts(study: Study, found: StudyAgreement) -> list[tuple[Prompt, Any]]:
    """Return the prompts on which the ranker could gain most."""
    shown = found.by_prompt[:SHOWN_PROMPTS]
    prompts = study.prompts.in_bulk([each.prompt.pk for each in shown])
    return [(prompts[each.prompt.pk], each) for each in shown if each.prompt.pk in prompts]
