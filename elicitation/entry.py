"""How a person comes into a study: by its link, by consenting, and again by what only they hold.

A person is stored when they consent, not before: opening the link or declining leaves nothing behind. From then on
they are who holds their token, which a cookie carries on their device and their own link to another.
"""

import hashlib
import uuid

from django.utils import timezone
from django.utils.crypto import salted_hmac

from . import protocol
from .models import Participant, Study

# Who answers through pages; imported and simulated people have no way in.
_COMES_IN_PERSON = (Participant.Source.LINK, Participant.Source.PANEL)


class UnknownLink(Exception):
    """The link names no study, or no person of one."""


def find_study(link_token: str) -> Study:
    """Return the study a link leads to. Raises `UnknownLink`."""
    study = Study.objects.filter(link_token=link_token).first()
    if study is None:
        raise UnknownLink("This link leads to no study. Perhaps a part of it was lost on the way.")
    return study


def find_participant(study: Study, token: str) -> Participant | None:
    """Return the person of a study who holds `token`, None where nobody does."""
    if not token:
        return None
    found = study.participants.filter(token=token, source__in=_COMES_IN_PERSON).first()
    if found is not None:
        found.study = study
    return found


def find_by_own_link(token: str) -> Participant:
    """Return the person whose own link carries `token`, with their study. Raises `UnknownLink`."""
    found = Participant.objects.filter(token=token, source__in=_COMES_IN_PERSON).select_related("study").first()
    if found is None:
        raise UnknownLink("This link leads to nobody's answers. Perhaps a part of it was lost on the way.")
    return found


def consent(*, study: Study, visit: uuid.UUID, language: str) -> Participant:
    """Take a person in who has agreed to take part, and return them.

    `visit` was made for the page they agreed on: agreeing twice on it (a double click, a retry) is the same person.
    Whether they get the long or the short form follows from the study's seed and their key.
    """
    key = salted_hmac("elicitation.entry", f"{study.pk}:{visit}", algorithm="sha256").hexdigest()[:16]
    participant, _created = Participant.objects.get_or_create(
        study=study,
        key=f"p-{key}",
        defaults={
            "source": Participant.Source.LINK,
            "form": protocol.choose_form(
                short_form_share=study.short_form_share, draw=seeded_draw(study.seed, f"p-{key}", "form")
            ),
            "language": language[:20],
            "consented_at": timezone.now(),
        },
    )
    return participant


def seeded_draw(seed: int, *names: str) -> float:
    """Return a number in [0, 1) that looks random and depends only on the seed and the names."""
    digest = hashlib.sha256("\0".join((str(seed), *names)).encode()).digest()
    return int.from_bytes(digest[:7]) / 2**56
