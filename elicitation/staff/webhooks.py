"""Who is told of a study's events."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from collective.accounts.signed_in import signed_in_user
from elicitation import webhooks as domain
from elicitation.models import Role, Study, Webhook
from elicitation.permissions import get_study
from elicitation.queries.webhooks import latest_deliveries

from .forms import WebhookForm
from .frame import render_page


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: HttpRequest, slug: str) -> HttpResponse:
    """List the addresses told of a study's events, and add one: its secret is shown once, on the answer."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            webhook = domain.add_webhook(by=signed_in_user(request), study=study, **form.cleaned_data)
        except domain.WebhookRefused as refusal:
            form.add_error("url", str(refusal))
        else:
            return render_page(request, "webhook_secret", study, webhook=webhook)
    return render_page(
        request,
        "webhooks",
        study,
        form=form,
        webhooks=study.webhooks.order_by("pk"),
        labels=domain.EVENTS,
        deliveries=latest_deliveries(study),
        status=400 if form.is_bound else 200,
    )


@login_required
@require_POST
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Pause, go on, try, or remove an address, or sign with a new secret."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    webhook, user = _webhook(study, pk), signed_in_user(request)
    what = request.POST.get("what", "")
    if what == "secret":
        return render_page(request, "webhook_secret", study, webhook=domain.new_secret(by=user, webhook=webhook))
    if what in {"pause", "go-on"}:
        domain.change_webhook(by=user, webhook=webhook, is_active=what == "go-on")
        messages.success(request, _("Saved."))
    elif what == "test":
        domain.emit_test(webhook=webhook)
        messages.success(request, _("A test event is on its way. Look at the deliveries in a few seconds."))
    elif what == "remove":
        domain.remove_webhook(by=user, webhook=webhook)
        messages.success(request, _("%(url)s is told of nothing any more.") % {"url": webhook.url})
    return redirect("elicitation:webhooks", study.slug)


@login_required
@require_POST
def retry(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Send a delivery again that was given up."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    delivery = get_object_or_404(latest_deliveries(study, limit=None), pk=pk)
    domain.retry(delivery=delivery)
    messages.success(request, _("It is on its way again."))
    return redirect("elicitation:webhooks", study.slug)


def _webhook(study: Study, pk: int) -> Webhook:
    return get_object_or_404(study.webhooks.select_related("study"), pk=pk)
