from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Staff accounts and their invitations."""

    name = "collective.accounts"
    label = "accounts"
    verbose_name = "Accounts"
