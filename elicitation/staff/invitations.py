"""People invited by e-mail: whom, with which letter, and how far each has come."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from collective.accounts.signed_in import signed_in_user
from collective.web.pagination import paginate
from elicitation import invitations as domain
from elicitation.models import InvitationLetter, Role, Study
from elicitation.permissions import get_study
from elicitation.queries.invited import invited_counts, invited_people, state_of

from .forms import InvitedFilterForm, InviteForm, LetterForm
from .frame import render_page

MOST_NAMED = 10
Kind = InvitationLetter.Kind


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    """List who is invited, and take further addresses."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    form = InviteForm(request.POST or None, request.FILES or None, initial={"language": settings.LANGUAGE_CODE})
    if form.is_bound and form.is_valid():
        text, language = form.cleaned_data["text"], form.cleaned_data["language"]
        try:
            added = domain.add_people(by=signed_in_user(request), study=study, text=text, language=language)
        except domain.InvitationsRefused as refusal:
            form.add_error("addresses", str(refusal))
        else:
            _say(request, added)
            return redirect("elicitation:invitations", study.slug)
    return _page(request, study, form)


@login_required
@require_POST
def send(request: HttpRequest, slug: str) -> HttpResponse:
    """Let invitations or reminders go out."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    kind = request.POST.get("kind", "")
    if kind not in Kind.values:
        raise BadRequest(_("There is no such letter."))
    try:
        number = domain.queue(by=signed_in_user(request), study=study, kind=kind)
    except domain.InvitationsRefused as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext("%(n)d mail goes out within a minute.", "%(n)d mails go out within minutes.", number)
        messages.success(request, said % {"n": number})
    return redirect("elicitation:invitations", study.slug)


@login_required
@require_POST
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Send somebody's mail again, or remove their address."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    invited = get_object_or_404(study.invited.select_related("study"), pk=pk)
    if request.POST.get("what") == "remove":
        domain.forget(by=signed_in_user(request), invited=invited)
        messages.success(request, _("%(email)s is removed.") % {"email": invited.email})
    elif domain.queue_again(by=signed_in_user(request), invited=invited):
        messages.success(request, _("The mail to %(email)s goes out again.") % {"email": invited.email})
    return redirect("elicitation:invitations", study.slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, slug: str, kind: str, language: str) -> HttpResponse:
    """Show and change a letter in a language."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    languages = dict(settings.LANGUAGES)
    if kind not in Kind.values or language not in languages:
        raise Http404(_("There is no such letter."))
    present = domain.letter_of(study, kind, language)
    form = LetterForm(request.POST or None, initial={"subject": present.subject, "text": present.text})
    if form.is_bound and form.is_valid():
        try:
            domain.change_letter(
                by=signed_in_user(request), study=study, kind=kind, language=language, **form.cleaned_data
            )
        except domain.LetterRefused as refused:
            for name, sentence in refused.errors.items():
                form.add_error(name, sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("elicitation:letter", study.slug, kind, language)
    return render_page(
        request,
        "letter",
        study,
        form=form,
        kind=kind,
        kind_label=Kind(kind).label,
        letter_language=language,
        status=422 if form.is_bound and form.errors else 200,
    )


def _page(request: HttpRequest, study: Study, form: InviteForm) -> HttpResponse:
    filter_form = InvitedFilterForm(request.GET)
    asked = filter_form.cleaned_data if filter_form.is_valid() else {}
    page = paginate(request, invited_people(study, **asked))
    return render_page(
        request,
        "invitations",
        study,
        invite_form=form,
        form=filter_form,
        filtered=any(asked.values()),
        page=page,
        rows=[(invited, state_of(invited)) for invited in page],
        counts=invited_counts(study),
        invitations_waiting=domain.waiting_for(study, Kind.INVITATION).count(),
        reminders_waiting=domain.waiting_for(study, Kind.REMINDER).count(),
        letters=_letters(),
        sends_email=settings.SENDS_EMAIL,
        mail_folder=settings.EMAIL_FILE_PATH,
        sender=settings.DEFAULT_FROM_EMAIL,
        status=422 if form.is_bound and form.errors else 200,
    )


def _letters() -> list[dict[str, Any]]:
    return [
        {"kind": kind, "label": label, "language": code, "language_name": _(name)}
        for kind, label in Kind.choices
        for code, name in settings.LANGUAGES
    ]


def _say(request: HttpRequest, added: domain.Added) -> None:
    """Say what became of a list of addresses."""
    said = ngettext("%(n)d address is new.", "%(n)d addresses are new.", added.new) % {"n": added.new}
    (messages.success if added.new else messages.info)(request, said)
    for sentence, addresses in (
        (_("Invited before, and left as they were: %(addresses)s"), added.known),
        (_("More than once in the list, taken once: %(addresses)s"), added.twice),
        (_("No e-mail addresses, and left out: %(addresses)s"), added.unfit),
    ):
        if addresses:
            named = ", ".join(addresses[:MOST_NAMED])
            if len(addresses) > MOST_NAMED:
                named += " …"
            messages.warning(request, sentence % {"addresses": named})
