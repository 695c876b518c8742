"""How a person comes into a study: by its link, by consenting, and again by what only they hold.

A person is stored when they consent, not before: opening the link or declining leaves nothing behind. From then on
they are who holds their token, which a cookie carries on their device and their own link to another.

A panel's id and an invitation lead to one person too, whoever asks how often: their rows are unique, and of two
requests at once the later finds what the earlier stored. An invitation is as secret as a token. A panel's id is not
(some are short numbers), so whoever comes by it alone may go on with the tasks, but is not shown what was given.
"""

import hashlib
import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from . import protocol
from .models import InvitedPerson, Participant, Study
from .panels.arriving import Arrival, find_entry, note_entry, note_return, read_arrival
from .prepared import Given, Prepared
from .protocols import in_force
from .sealing import is_sealed, sealed
from .signals import person_came, send_after_commit
from .webhooks import emit
from .webhooks.addresses import PARTICIPANT_CAME

# Who answers through pages; imported and simulated people have no way in.
_COMES_IN_PERSON = (Participant.Source.LINK, Participant.Source.PANEL)
# Asked for every page.
_HELD = Prepared(
    lambda: Participant.objects.filter(
        token__in=[Given("token"), Given("sealed")], study__link_token=Given("link"), source__in=_COMES_IN_PERSON
    ).select_related("study", "protocol")
)

INVITED = "invited"
"""The parameter of an address that carries an invitation's token."""


@dataclass(frozen=True)
class WayIn:
    """What the address says of who comes: a panel's person, an invited one, or nobody (the open link)."""

    arrival: Arrival | None = None
    invited: InvitedPerson | None = None

    @property
    def is_open_link(self) -> bool:
        """Whether the address would be the same for everybody."""
        return self.arrival is None and self.invited is None


@dataclass(frozen=True)
class Recognised:
    """A person who has come in before, and whether by a secret or only by a panel's id, which others may guess."""

    participant: Participant
    by_secret: bool


class UnknownLink(Exception):
    """The link names no study, or no person of one."""


def find_study(link_token: str) -> Study:
    """Return the study a link leads to. Raises `UnknownLink`."""
    study = Study.objects.filter(link_token=link_token).first()
    if study is None:
        raise UnknownLink(_("This link leads to no study. Perhaps a part of it was lost on the way."))
    return study


def find_participant(link_token: str, token: str) -> Participant | None:
    """Return the person who holds `token` in the study a link leads to, with that study; None where nobody does.

    Who took everything back is found too: their token is sealed, and whoever holds it is told what became of it.
    """
    if not token:
        return None
    return _HELD.first(token=token, sealed=sealed(token), link=link_token)


def find_by_own_link(token: str) -> Participant:
    """Return the person whose own link carries `token`, with their study. Raises `UnknownLink`."""
    held = Participant.objects.filter(token__in=[token, sealed(token)], source__in=_COMES_IN_PERSON)
    found = None if is_sealed(token) else held.select_related("study").first()
    if found is None:
        raise UnknownLink(_("This link leads to nobody's answers. Perhaps a part of it was lost on the way."))
    return found


def way_in(study: Study, parameters: QueryDict) -> WayIn:
    """Read the parameters a study's link was opened with. Raises `UnfitId`."""
    token = parameters.get(INVITED, "")
    invited = None
    if token and "\0" not in token:
        invited = study.invited.filter(token=token).select_related("participant").first()
    return WayIn(read_arrival(study, parameters), invited)


def find_invitation(token: str) -> InvitedPerson:
    """Return who was invited by a link with `token`, with their study. Raises `UnknownLink`."""
    found = InvitedPerson.objects.filter(token=token).select_related("study", "participant").first()
    if found is None:
        raise UnknownLink(_("This link invites nobody. Perhaps a part of it was lost on the way."))
    return found


def admits(way: WayIn, study: Study) -> bool:
    """Return whether a newcomer may take part: by a panel that is active, an invitation, or an open link."""
    if way.invited is not None or (way.arrival is not None and way.arrival.panel.is_active):
        return True
    return study.admits_open_link or not study.panels.filter(is_active=True).exists()


def recognise(way: WayIn, holder: Recognised | None) -> Recognised | None:
    """Return who comes: the person the address stands for, else the one whose cookie came with it.

    Where the address names somebody unknown, it is the cookie's person if these have no such name yet: they came by
    the open link first, and by the panel or the mail now. Otherwise it is a newcomer on a device that others used.
    """
    known = _named(way)
    if known is not None:
        is_holder = holder is not None and holder.participant == known.participant and holder.by_secret
        return Recognised(known.participant, by_secret=known.by_secret or is_holder)
    if holder is None or way.is_open_link:
        return holder
    return holder if holder.by_secret and _name(holder.participant, way) else None


def consent(*, study: Study, visit: uuid.UUID, language: str, way: WayIn | None = None) -> Participant:
    """Take a person in who has agreed to take part, and return them.

    `visit` was made for the page they agreed on: agreeing twice on it (a double click, a retry) is the same person,
    and so is agreeing twice by the same panel id or invitation (`is_of_visit` tells whether it was this visit's).
    Whether they get the long or the short form follows from the study's seed and their key.
    """
    way = way or WayIn()
    try:
        return _take_in(study, visit, language, way)
    except IntegrityError:
        # Another request with their panel id or invitation was quicker, so the person is found now.
        return _take_in(study, visit, language, way)


def is_of_visit(participant: Participant, visit: uuid.UUID) -> bool:
    """Return whether a person agreed on the page that `visit` was made for."""
    return participant.key == _key(participant.study_id, visit)


@transaction.atomic
def _take_in(study: Study, visit: uuid.UUID, language: str, way: WayIn) -> Participant:
    known = _named(way)
    if known is not None:
        return known.participant
    key = _key(study.pk, visit)
    participant, created = Participant.objects.get_or_create(
        study=study,
        key=key,
        defaults={
            "source": Participant.Source.PANEL if way.arrival else Participant.Source.LINK,
            "form": protocol.choose_form(
                short_form_share=study.short_form_share, draw=seeded_draw(study.seed, key, "form")
            ),
            "language": language[:20],
            "protocol": in_force(study),
            "pilot": Participant.Pilot.PRESENT if study.status == Study.Status.PILOT else Participant.Pilot.NONE,
            "consented_at": timezone.now(),
        },
    )
    if created:
        _note_way(way, participant)
        emit(study=study, event=PARTICIPANT_CAME, data={"participant": participant.key})
        send_after_commit(person_came, sender=Participant, participant=participant)
    return participant


def _key(study_pk: int, visit: uuid.UUID) -> str:
    return "p-" + salted_hmac("elicitation.entry", f"{study_pk}:{visit}", algorithm="sha256").hexdigest()[:16]


def _named(way: WayIn) -> Recognised | None:
    """Return the person an address stands for. An invitation counts before a panel's id: it is secret."""
    if way.invited is not None:
        invited = InvitedPerson.objects.filter(pk=way.invited.pk).select_related("participant").first()
        if invited is not None and invited.participant is not None:
            return Recognised(invited.participant, by_secret=True)
    if way.arrival is not None and (entry := find_entry(way.arrival)):
        note_return(entry, way.arrival)
        return Recognised(entry.participant, by_secret=False)
    return None


def _name(participant: Participant, way: WayIn) -> bool:
    """Let an address lead to a person from now on, if none of its kind does yet; return whether it does."""
    if way.arrival is not None and hasattr(participant, "panel_entry"):
        return False
    if way.invited is not None and hasattr(participant, "invitation"):
        return False
    try:
        with transaction.atomic():
            _note_way(way, participant)
            if way.arrival is not None:
                Participant.objects.filter(pk=participant.pk).update(source=Participant.Source.PANEL)
    except IntegrityError:
        return False
    return True


def _note_way(way: WayIn, participant: Participant) -> None:
    """Note what leads to a person. Raises `IntegrityError` where it leads to somebody else meanwhile."""
    if way.arrival is not None:
        note_entry(way.arrival, participant)
    if way.invited is not None:
        invited = InvitedPerson.objects.filter(pk=way.invited.pk)
        if not invited.filter(participant=None).update(participant=participant) and invited.exists():
            raise IntegrityError("The invitation was accepted meanwhile.")


def seeded_draw(seed: int, *names: str) -> float:
    """Return a number in [0, 1) that looks random and depends only on the seed and the names."""
    digest = hashlib.sha256("\0".join((str(seed), *names)).encode()).digest()
    return int.from_bytes(digest[:7]) / 2**56
