"""The forms of signing in, of setting up an account and of changing it."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from .tokens import LONGEST_DAYS, SCOPES


class SignInForm(forms.Form):
    """E-mail address and password."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class SetUpAccountForm(forms.Form):
    """Name and password of a new account; the first admin also gives an address."""

    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    name = forms.CharField(label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; a few words in a row are good."),
        validators=[password_validation.validate_password],
    )

    def __init__(self, *args: Any, fixed_email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fixed_email:
            self.fields["email"].initial = fixed_email
            self.fields["email"].disabled = True


class InviteForm(forms.Form):
    """Whom to invite, and whether as an admin of the whole service."""

    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    as_admin = forms.BooleanField(
        label=_("Admin of the whole service"),
        required=False,
        help_text=_("Admins see every study, invite people and read the audit log."),
    )


class NameForm(forms.Form):
    """The name others see."""

    name = forms.CharField(label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))


class PasswordForm(forms.Form):
    """The present password and the one wanted."""

    present = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    wanted = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; a few words in a row are good. Everywhere else you are signed out."),
    )


class TokenForm(forms.Form):
    """A token to be made: what for, what it may do, where, how long."""

    name = forms.CharField(label=_("What is it for?"), max_length=100, help_text=_("For example: nightly backup."))
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"), choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )
    studies = forms.CharField(
        label=_("Only for these studies"),
        required=False,
        help_text=_("Names as in addresses, separated by spaces. Empty: all studies you have a role in."),
    )
    days = forms.IntegerField(label=_("How many days may it be used?"), min_value=1, max_value=LONGEST_DAYS, initial=90)

    def clean_studies(self) -> list[str]:
        """Return the names as a list."""
        return list(self.cleaned_data["studies"].replace(",", " ").split())
