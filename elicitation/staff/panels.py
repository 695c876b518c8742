"""Where a study's people come from: its panels."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collective.accounts.signed_in import signed_in_user
from elicitation.addresses import entry_address, webhook_address
from elicitation.models import Role
from elicitation.panels import managing
from elicitation.panels.presets import PRESETS, preset_of
from elicitation.permissions import get_study
from elicitation.queries.panels import PanelPeople, effect_words, latest_events, people_by_panel

from .frame import render_page
from .panel_forms import PanelForm, initial_from, initial_of


@login_required
@require_safe
def panels(request: HttpRequest, slug: str) -> HttpResponse:
    """List the panels of a study with the address each of them is to be given."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    people = people_by_panel(study)
    known = list(study.panels.select_related("study").order_by("-is_active", "name"))
    rows = [
        {"panel": each, "address": entry_address(each), "people": people.get(each.pk, PanelPeople({}))}
        for each in known
    ]
    return render_page(
        request,
        "panels",
        study,
        rows=rows,
        has_active=any(each.is_active for each in known),
        presets=PRESETS.values(),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, slug: str, preset: str) -> HttpResponse:
    """Add a panel, beginning with what is known of it."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    origin = PRESETS.get(preset)
    if origin is None:
        raise Http404(_("There is no such panel."))
    form = PanelForm(request.POST or None, initial=initial_from(origin))
    if form.is_bound and form.is_valid():
        try:
            panel = managing.add_panel(by=signed_in_user(request), study=study, preset=preset, **form.as_fields())
        except managing.PanelRefused as refused:
            form.show_errors(refused.errors)
        else:
            messages.success(request, _("%(panel)s is a panel of this study now.") % {"panel": panel})
            return redirect("elicitation:panel", study.slug, panel.pk)
    return render_page(
        request, "add_panel", study, form=form, preset=origin, status=422 if form.is_bound and form.errors else 200
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def panel(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show a panel: the addresses to give it, who came, what it told; and change it."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    shown = get_object_or_404(study.panels.select_related("study"), pk=pk)
    form = PanelForm(request.POST or None, initial=initial_of(shown))
    if form.is_bound and form.is_valid():
        try:
            managing.change_panel(by=signed_in_user(request), panel=shown, **form.as_fields())
        except managing.PanelRefused as refused:
            form.show_errors(refused.errors)
        else:
            messages.success(request, _("Saved."))
            return redirect("elicitation:panel", study.slug, shown.pk)
    return render_page(
        request,
        "panel",
        study,
        panel=shown,
        preset=preset_of(shown),
        form=form,
        address=entry_address(shown),
        webhook=webhook_address(shown) if shown.signature else "",
        has_secret=bool(shown.webhook_secret),
        people=people_by_panel(study)[shown.pk],
        events=[(event, effect_words(event)) for event in latest_events(shown)],
        status=422 if form.is_bound and form.errors else 200,
    )


@login_required
@require_POST
def open_link(request: HttpRequest, slug: str) -> HttpResponse:
    """Say whether the plain link lets people in beside the panels."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    admits = request.POST.get("admits") == "yes"
    managing.admit_open_link(by=signed_in_user(request), study=study, admits=admits)
    messages.success(request, _("Saved."))
    return redirect("elicitation:panels", study.slug)
