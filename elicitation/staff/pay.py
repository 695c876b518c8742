"""The pay sheet: who is owed what and why, as a page and as CSV; and noting who was paid."""

import csv
import io
from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from collective.accounts.signed_in import signed_in_user
from collective.audit.chain import record
from elicitation.models import Role, Study
from elicitation.paying import mark_paid, take_back_paid
from elicitation.permissions import get_study
from elicitation.queries.pay import PayLine, pay_lines, totals

from .forms import PayFilterForm
from .frame import render_page

LINES_PER_PAGE = 100
# What a spreadsheet would take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@never_cache
@login_required
@require_safe
def pay(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what each person is owed and why."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    form = PayFilterForm(request.GET, study=study)
    asked = form.cleaned_data if form.is_valid() else {}
    everybody = list(pay_lines(study, panel=_panel(asked)))
    shown = [line for line in everybody if not asked.get("state") or line.state == asked["state"]]
    return render_page(
        request,
        "pay",
        study,
        form=form,
        filtered=any(asked.values()),
        totals=totals(everybody),
        page=Paginator(shown, LINES_PER_PAGE).get_page(request.GET.get("page")),
        query=request.GET.urlencode(),
    )


@never_cache
@login_required
@require_safe
def pay_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Send the pay sheet as CSV. It names people by their panel's ids, so the download is recorded."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    form = PayFilterForm(request.GET, study=study)
    asked = form.cleaned_data if form.is_valid() else {}
    with transaction.atomic():
        record(by=signed_in_user(request), action="pay.exported", target=f"study:{study.pk}", study=study.slug)
    lines = (
        line for line in pay_lines(study, panel=_panel(asked)) if not asked.get("state") or line.state == asked["state"]
    )
    response = StreamingHttpResponse(_csv(study, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{study.slug}-pay.csv"'
    return response


@login_required
@require_POST
def mark(request: HttpRequest, slug: str) -> HttpResponse:
    """Note that the people chosen, or everybody shown who is to be paid, were paid; or take that back."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    user, what = signed_in_user(request), request.POST.get("what", "")
    chosen = [int(pk) for pk in request.POST.getlist("person") if pk.isdecimal() and len(pk) < 19]
    if what == "paid-all":
        form = PayFilterForm(request.POST, study=study)
        panel = _panel(form.cleaned_data) if form.is_valid() else None
        chosen = [line.person.pk for line in pay_lines(study, panel=panel) if line.is_due]
    if what in {"paid", "paid-all"}:
        number = mark_paid(by=user, study=study, people=chosen)
        said = ngettext("%(n)d person is noted as paid.", "%(n)d people are noted as paid.", number)
    else:
        number = take_back_paid(by=user, study=study, people=chosen)
        said = ngettext("%(n)d person is no longer noted as paid.", "%(n)d people are no longer noted as paid.", number)
    if number:
        messages.success(request, said % {"n": number})
    else:
        messages.info(request, _("Nothing has changed: choose people for whom it can be done."))
    query = request.POST.get("query", "")
    return redirect(reverse("elicitation:pay", args=[study.slug]) + (f"?{query}" if query else ""))


def _panel(asked: dict[str, str]) -> int | None:
    return int(asked["panel"]) if asked.get("panel") else None


def _csv(study: Study, lines: Iterator[PayLine]) -> Iterator[str]:
    yield _row(
        "person", "panel", "panel_id", "outcome", "tasks", "surplus_tasks", "tasks_taken_back", "excluded", "owed",
        "paid", "due", "currency", "state", "why",
    )  # fmt: skip
    for line in lines:
        yield _row(
            line.person.key,
            line.panel_name,
            line.external_id,
            line.work.outcome,
            line.work.tasks,
            line.work.surplus,
            line.work.taken_back,
            "yes" if line.person.excluded_at else "no",
            line.owed.amount,
            line.paid,
            line.due,
            study.currency,
            line.state,
            " ".join(line.reasons),
        )


def _row(*cells: object) -> str:
    """Return a line of CSV in which nothing can be taken for a formula."""
    target = io.StringIO()
    csv.writer(target).writerow([f"'{cell}" if str(cell).startswith(_FORMULA) else cell for cell in cells])
    return target.getvalue()
