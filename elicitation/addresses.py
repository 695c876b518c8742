"""Full addresses that leave this service, in mails, on posters, in a panel's form."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from .models import Study


def participant_link(study: Study) -> str:
    """Return the full address people take part at, "" where this service has no participants' pages."""
    try:
        return settings.SITE_URL.rstrip("/") + reverse("participate:study", args=[study.link_token])
    except NoReverseMatch:
        return ""
