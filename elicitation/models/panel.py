"""Where people come from: panels with their codes and events, and invitations by e-mail."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .participant import Participant
from .study import Study, new_link_token


class Panel(models.Model):
    """A company or pool that sends people to a study, described by this row alone.

    `codes` maps outcomes (`elicitation.models.Participant.Outcome` values) to what the panel wants to be told;
    `return_url` is a template such as `https://example.org/complete?cc={code}` that may name `{code}`, `{id}` and the
    captured parameters.
    """

    class Signature(models.TextChoices):
        NONE = "", _("No webhook")
        PROLIFIC = "prolific", _("Prolific: HMAC-SHA256 of time stamp and body, base64")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="panels")
    name = models.CharField(max_length=100)
    preset = models.CharField(max_length=30, blank=True, help_text="The preset it was made from.")
    id_parameter = models.CharField(max_length=50, help_text="Name of the address's parameter that names the person.")
    captured_parameters = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    codes = models.JSONField(default=dict, blank=True)
    return_url = models.CharField(max_length=500, blank=True)
    signature = models.CharField(max_length=20, choices=Signature.choices, blank=True)
    webhook_token = models.CharField(max_length=40, unique=True, default=new_link_token)
    webhook_secret = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "name"], name="panel_names_are_unique_in_a_study"),
            models.UniqueConstraint(
                fields=["study", "id_parameter"],
                condition=models.Q(is_active=True),
                name="one_active_panel_per_id_parameter",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PanelEntry(models.Model):
    """A person as the panel knows them, and the parameters they came with."""

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="entries")
    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="panel_entry")
    external_id = models.CharField(max_length=200)
    captured = models.JSONField(default=dict, blank=True)
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["panel", "external_id"], name="one_entry_per_panel_and_person")]

    def __str__(self) -> str:
        return f"{self.external_id} of {self.panel}"


class PanelEvent(models.Model):
    """Something a panel told by webhook, kept so that hearing it twice changes nothing."""

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="events")
    event_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=100)
    external_id = models.CharField(max_length=200, blank=True)
    effect = models.CharField(max_length=200, blank=True, help_text="What came of it.")
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["panel", "event_id"], name="a_panel_event_is_heard_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class InvitationLetter(models.Model):
    """What a study writes to those it invites, in one language; where there is none, a letter of our own goes out.

    `text` names the person's own link as `{link}` and the study as `{study}`.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("Invitation")
        REMINDER = "reminder", _("Reminder")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    language = models.CharField(max_length=20)
    subject = models.CharField(max_length=200)
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "kind", "language"], name="one_letter_per_kind_and_language")
        ]

    def __str__(self) -> str:
        return self.subject


class InvitedPerson(models.Model):
    """Somebody asked by e-mail to take part. Their link names them once they agree, not the other way round.

    A mail that is to go out stands in `queued`; whoever sends it notes `sending_at` first, so that none goes out
    twice. One that was being sent when the process died keeps both, and people decide what becomes of it.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="invited")
    email = models.EmailField()
    language = models.CharField(max_length=20, blank=True)
    token = models.CharField(max_length=40, unique=True, default=new_link_token)
    participant = models.OneToOneField(
        Participant, on_delete=models.SET_NULL, null=True, blank=True, related_name="invitation"
    )
    invited_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    queued = models.CharField(
        max_length=10, choices=InvitationLetter.Kind.choices, blank=True, help_text="The mail that is to be sent."
    )
    sending_at = models.DateTimeField(null=True, blank=True, help_text="When the queued mail was taken to be sent.")
    error = models.CharField(max_length=500, blank=True, help_text="Why the mail could not be sent.")

    class Meta:
        verbose_name_plural = "invited people"
        constraints = [models.UniqueConstraint(fields=["study", "email"], name="invited_once_per_study")]

    def __str__(self) -> str:
        return self.email
