"""Pages for signing in and out, accepting an invitation, one's own account, and inviting."""

from collections.abc import Callable
from contextlib import suppress

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import activation, invitations, profile, throttling
from .forms import InviteForm, NameForm, PasswordForm, SetUpAccountForm, SignInForm
from .models import User
from .signed_in import signed_in_user


def _destination(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return target
    return resolve_url("home")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with address and password; too many failures are refused for a while."""
    form = SignInForm(request.POST if request.method == "POST" else None)
    status = 400 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            user = _check_password(request, **form.cleaned_data)
        except throttling.Throttled as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            if user is not None:
                login(request, user)
                return redirect(_destination(request))
            form.add_error(None, _("Address and password do not match an account. Check both."))
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "accounts/sign_in.html", context, status=status)


def _check_password(request: HttpRequest, *, email: str, password: str) -> User | None:
    """Return whose address and password these are, and count a failure where they are nobody's."""
    throttling.require_patience(request, email)
    user = authenticate(request, username=email.strip().lower(), password=password)
    if user is None:
        throttling.count_failure(request, email)
    else:
        throttling.forget_failures(request, email)
    return user


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("home")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Set up the account a one-time link was made for, and sign in."""
    try:
        invitation = invitations.find(token)
    except invitations.InvitationInvalid as refusal:
        return render(request, "accounts/invitation_invalid.html", {"reason": str(refusal)}, status=410)
    user = invitation.user
    form = SetUpAccountForm(
        request.POST if request.method == "POST" else None,
        fixed_email=user.email if user else "",
        initial={"name": user.name if user else ""},
    )
    if request.method == "POST" and form.is_valid():
        try:
            account = invitations.accept(token=token, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        except invitations.InvitationInvalid as refusal:
            return render(request, "accounts/invitation_invalid.html", {"reason": str(refusal)}, status=410)
        else:
            login(request, account, backend="django.contrib.auth.backends.ModelBackend")
            return redirect("home")
    context = {"form": form, "first_admin": user is None}
    return render(request, "accounts/accept_invitation.html", context, status=400 if form.is_bound else 200)


@sensitive_post_parameters("present", "wanted")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show one's own account, and change its name or password."""
    user = signed_in_user(request)
    change = request.POST.get("change")
    name_form = NameForm(request.POST if change == "name" else None, initial={"name": user.name})
    password_form = PasswordForm(request.POST if change == "password" else None)
    if change == "name" and name_form.is_valid():
        profile.rename(user=user, name=name_form.cleaned_data["name"])
        messages.success(request, _("Your name is saved."))
        return redirect("accounts:account")
    if change == "password" and password_form.is_valid() and _changed_password(request, user, password_form):
        messages.success(request, _("Your password is changed."))
        return redirect("accounts:account")
    context = {"name_form": name_form, "password_form": password_form}
    return render(request, "accounts/account.html", context, status=400 if request.method == "POST" else 200)


def _changed_password(request: HttpRequest, user: User, form: PasswordForm) -> bool:
    """Change the password and keep this session; put a refusal into the form. Guesses count as failed sign-ins."""
    try:
        throttling.require_patience(request, user.email)
        profile.change_password(user=user, **form.cleaned_data)
    except throttling.Throttled as refusal:
        form.add_error(None, str(refusal))
        return False
    except profile.WrongPassword as refusal:
        with suppress(throttling.ThrottleUnavailable):  # without a count, the next try is refused anyway
            throttling.count_failure(request, user.email)
        form.add_error("present", str(refusal))
        return False
    except ValidationError as error:
        form.add_error("wanted", error.messages)
        return False
    update_session_auth_hash(request, user)
    return True


def _require_admin(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not request.user.is_superuser:
        raise PermissionDenied
    return request.user


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List the accounts, for admins of the service."""
    _require_admin(request)
    users = User.objects.select_related("invitation").order_by("email")
    return render(request, "accounts/people.html", {"users": users, "form": InviteForm()})


@login_required
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody and show their one-time link, once."""
    admin = _require_admin(request)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            user, link = invitations.invite(by=admin, **form.cleaned_data)
        except invitations.AlreadyActive as refusal:
            form.add_error("email", str(refusal))
        except ValidationError as error:
            form.add_error("email", error.messages)
        else:
            return render(request, "accounts/invited.html", {"invited": user, "link": link})
    users = User.objects.select_related("invitation").order_by("email")
    return render(request, "accounts/people.html", {"users": users, "form": form}, status=400)


@login_required
@require_POST
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link by which somebody sets a new password, and show it once."""
    admin = _require_admin(request)
    user = get_object_or_404(User, pk=pk)
    link = invitations.reset_link(by=admin, user=user)
    return render(request, "accounts/invited.html", {"invited": user, "link": link})


@login_required
@require_POST
def switch_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep somebody from signing in."""
    return _switch(request, pk, activation.switch_off, _("%(email)s can no longer sign in."))


@login_required
@require_POST
def switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody sign in again."""
    return _switch(request, pk, activation.switch_on, _("%(email)s can sign in again."))


def _switch(request: HttpRequest, pk: int, verb: Callable[..., User], done: str) -> HttpResponse:
    admin = _require_admin(request)
    try:
        user = verb(by=admin, user=get_object_or_404(User, pk=pk))
    except activation.ActivationRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done % {"email": user.email})
    return redirect("accounts:people")
