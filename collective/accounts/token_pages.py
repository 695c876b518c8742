"""The page of one's own tokens for programs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from . import tokens as domain
from .forms import TokenForm
from .models import ApiToken
from .signed_in import signed_in_user


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List one's tokens, and make one: its text is shown on the page that answers, and never again."""
    user = signed_in_user(request)
    form = TokenForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            token, text = domain.issue(user=user, **form.cleaned_data)
        except domain.TooManyTokens as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return render(request, "accounts/token_issued.html", {"token": token, "text": text})
    context = {"form": form, "tokens": domain.usable(user), "labels": domain.SCOPES}
    return render(request, "accounts/tokens.html", context, status=400 if form.is_bound else 200)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's tokens."""
    user = signed_in_user(request)
    token = get_object_or_404(ApiToken, pk=pk, user=user)
    domain.revoke(by=user, token=token)
    messages.success(request, _("The token “%(name)s” can no longer be used.") % {"name": token.name})
    return redirect("accounts:tokens")
