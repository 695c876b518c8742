"""Clone a study."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from collective.accounts.signed_in import signed_in_user
from elicitation.cloning import clone_study
from elicitation.models import Role, Study
from elicitation.permissions import get_study
from elicitation.staff.forms import CreateStudyForm
from elicitation.staff.frame import render_page


class CloneForm(CreateStudyForm):
    """What a clone is called."""

    class Meta(CreateStudyForm.Meta):
        fields = ("title", "slug")  # type: ignore[assignment]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def clone(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask what the clone is called, make it and lead there."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    initial = {"title": _("%(title)s, again") % {"title": study.title}, "slug": _free_slug(study)}
    form = CloneForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            made = clone_study(by=signed_in_user(request), study=study, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The study is cloned, as a draft that nobody can open yet."))
            return redirect("elicitation:build", made.slug)
    return render_page(request, "build/clone", study, form=form, status=400 if form.is_bound else 200)


def _free_slug(study: Study) -> str:
    number = 2
    while Study.objects.filter(slug=f"{study.slug}-{number}").exists():
        number += 1
    return f"{study.slug}-{number}"
