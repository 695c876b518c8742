"""Who of the staff may do what in a study."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collective.accounts.models import User
from collective.accounts.signed_in import signed_in_user
from elicitation import membership
from elicitation.models import Role, Study
from elicitation.permissions import get_study, may

from .forms import MemberForm
from .frame import render_page


@login_required
@require_safe
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """List the members of a study and their roles."""
    return _page(request, get_study(request.user, slug, role=Role.ADMIN), MemberForm())


def _page(request: HttpRequest, study: Study, form: MemberForm, status: int = 200) -> HttpResponse:
    return render_page(
        request,
        "members",
        study,
        form=form,
        memberships=study.memberships.select_related("user").order_by("user__email"),
        roles=Role.choices,
        status=status,
    )


@login_required
@require_POST
def grant(request: HttpRequest, slug: str) -> HttpResponse:
    """Give somebody with an account a role, in place of any they had."""
    study = get_study(request.user, slug, role=Role.ADMIN)
    form = MemberForm(request.POST)
    if not form.is_valid():
        return _page(request, study, form, status=400)
    user = User.objects.filter(email=form.cleaned_data["email"].strip().lower()).first()
    if user is None:
        form.add_error("email", _("Nobody has an account with this address; an admin of the service can invite them."))
        return _page(request, study, form, status=400)
    try:
        held = membership.grant(
            by=signed_in_user(request), study=study, user=user, role=Role(form.cleaned_data["role"])
        )
    except membership.LastAdmin as refusal:
        messages.error(request, str(refusal))
    else:
        said = {"user": user, "role": held.get_role_display().lower()}
        messages.success(request, _("%(user)s is now a member with the role %(role)s.") % said)
    return _to_members(request, study)


@login_required
@require_POST
def revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a member's role away."""
    study = get_study(request.user, slug, role=Role.ADMIN)
    user = get_object_or_404(User, pk=pk, memberships__study=study)
    try:
        membership.revoke(by=signed_in_user(request), study=study, user=user)
    except membership.LastAdmin as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(user)s is no longer a member.") % {"user": user})
    return _to_members(request, study)


def _to_members(request: HttpRequest, study: Study) -> HttpResponse:
    """Go back to the members, or to where one may still be after giving away one's own role."""
    if may(request.user, study, Role.ADMIN):
        return redirect("elicitation:members", study.slug)
    return redirect("elicitation:studies")
