"""How a running study goes, looked at anew every few seconds."""

import hashlib

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from collective.accounts.signed_in import signed_in_user
from elicitation import alerts
from elicitation.models import Role, Study
from elicitation.permissions import get_study
from elicitation.queries.monitoring import watch

from .frame import render_page

LEAST_COVERED = 8
UNCHANGED = 204
"""The status at which a page leaves what it shows as it is."""


class RecipientsForm(forms.Form):
    """Who is told of alerts."""

    emails = forms.CharField(
        label=gettext_lazy("Addresses that are told"),
        help_text=gettext_lazy("One on each line. Each alert is mailed once."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )


@never_cache
@login_required
@require_safe
def monitoring(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how a study runs, and who is told when it does not."""
    study = get_study(request.user, slug)
    form = RecipientsForm(initial={"emails": "\n".join(study.alert_emails)})
    return render_page(request, "monitoring", study, form=form, live=_live(study), alert_kinds=alerts.KINDS.values())


@never_cache
@login_required
@require_safe
def live(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the part of the page that changes; an empty answer where it has not since it was `seen`."""
    found = _live(get_study(request.user, slug))
    if request.GET.get("seen") == found["state"]:
        return HttpResponse(status=UNCHANGED)
    return HttpResponse(found["html"], headers={"X-State": found["state"]})


def _live(study: Study) -> dict[str, str]:
    """Return what changes on the page, with a digest of it."""
    seen = watch(study)
    context = {
        "study": study,
        "seen": seen,
        "least_covered": seen.coverage.prompts[:LEAST_COVERED],
        "alerts": [(alerts.title(alert), alerts.sentence(alert), _advice(alert.kind), alert) for alert in seen.alerts],
    }
    html = render_to_string("elicitation/monitoring_live.html", context)
    return {"html": html, "state": hashlib.sha256(html.encode()).hexdigest()[:32]}


def _advice(kind: str) -> str:
    return str(alerts.KINDS[kind].advice) if kind in alerts.KINDS else ""


@login_required
@require_POST
def recipients(request: HttpRequest, slug: str) -> HttpResponse:
    """Set who is told of alerts."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    form = RecipientsForm(request.POST)
    if form.is_valid():
        emails = form.cleaned_data["emails"].replace(",", "\n").splitlines()
        try:
            alerts.set_recipients(by=signed_in_user(request), study=study, emails=emails)
        except ValidationError:
            form.add_error("emails", _("Please write one address on each line, such as name@example.org."))
        except alerts.RecipientsRefused as refusal:
            form.add_error("emails", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("elicitation:monitoring", slug)
    return render_page(
        request, "monitoring", study, form=form, live=_live(study), alert_kinds=alerts.KINDS.values(), status=400
    )
