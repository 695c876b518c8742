from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The append-only, hash-chained record of who did what."""

    name = "collective.audit"
    label = "audit"
    verbose_name = "Audit log"
