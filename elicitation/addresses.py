"""Full addresses that leave this service, in mails, on posters, in a panel's form."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from .models import InvitedPerson, Panel, Study
from .panels.presets import preset_of


def participant_link(study: Study) -> str:
    """Return the full address people take part at, "" where this service has no participants' pages."""
    try:
        return settings.SITE_URL.rstrip("/") + reverse("participate:study", args=[study.link_token])
    except NoReverseMatch:
        return ""


def entry_address(panel: Panel) -> str:
    """Return the address to give to a panel, its placeholders in the panel's own writing.

    A panel that appends its parameters by itself gets the plain link.
    """
    placeholders = preset_of(panel).placeholders
    names = [panel.id_parameter, *panel.captured_parameters]
    query = "&".join(f"{name}={placeholders[name]}" for name in names if name in placeholders)
    link = participant_link(panel.study)
    return f"{link}?{query}" if link and query else link


def webhook_address(panel: Panel) -> str:
    """Return the full address a panel tells things at."""
    return settings.SITE_URL.rstrip("/") + reverse("panels:event", args=[panel.webhook_token])


def invitation_link(invited: InvitedPerson) -> str:
    """Return the full address that lets an invited person in."""
    return settings.SITE_URL.rstrip("/") + reverse("participate:invited", args=[invited.token])


def monitoring_link(study: Study) -> str:
    """Return the full address of the page on which staff see how a study runs."""
    return settings.SITE_URL.rstrip("/") + reverse("elicitation:monitoring", args=[study.slug])
