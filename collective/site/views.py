"""The home page, the audit log and the health check."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from collective.web.pagination import paginate
from elicitation.permissions import visible_studies
from elicitation.queries.progress import with_counts

from . import audit, front
from .forms import AuditFilterForm
from .health import check_services

STUDIES_SHOWN = 6


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what this is and lead on; show the staff their studies first."""
    context: dict[str, object] = {"invitations": front.invitations(), "changes": front.changes()}
    if request.user.is_authenticated:
        studies = with_counts(visible_studies(request.user)).order_by("-created_at")
        context |= {"studies": studies[:STUDIES_SHOWN], "more_studies": studies.count() > STUDIES_SHOWN}
    return render(request, "site/home.html", context)


@login_required
@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """Show who did what, for admins of the service, and whether the log is whole."""
    if not getattr(request.user, "is_superuser", False):
        raise PermissionDenied
    form = AuditFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    context = {
        "form": form,
        "filtered": any(asked.values()),
        "page": paginate(request, audit.find_entries(**asked)),
        "state": audit.log_state(check="check" in request.GET),
    }
    return render(request, "site/audit.html", context)


@never_cache
@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    """Answer 200 while the database and Redis answer, else 503; for load balancers and `make run`."""
    found = check_services()
    well = set(found.values()) == {"ok"}
    return JsonResponse({"status": "ok" if well else "failing", **found}, status=200 if well else 503)
