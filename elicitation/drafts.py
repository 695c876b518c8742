"""Keep what a person has filled in so far, and never let an old tab overwrite a newer one.

Every save names the revision it builds on. One that builds on another revision than the stored one is refused with
`StaleDraft`, unless it says the same: then it is a retry whose first answer was lost on the way.
"""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from . import assignment as assignments
from .models import Assignment, Draft, Study

# Far beyond what the task's own limits allow; it keeps somebody else's data out.
MOST_CHARACTERS = 200_000

FormFields = Mapping[str, Sequence[str]]
"""A form as it was sent: every name with the values it came with."""


class StaleDraft(Exception):
    """Another tab has saved a newer revision, which `draft` holds."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(_("A newer version of this task was saved in another tab or on another device."))
        self.draft = draft


class DraftTooLong(Exception):
    """There is more text than a draft may hold."""


class AlreadyHandedIn(Exception):
    """The task was handed in; there is nothing to draft any more."""


@transaction.atomic
def save_draft(*, assignment: Assignment, study: Study, fields: FormFields, revision: int) -> Draft:
    """Store a draft that builds on `revision` (0: on none), and prolong the reservation it belongs to.

    An expired reservation keeps its draft too: nothing typed is lost. Returns the draft with its new revision, and the
    reservation as it stands now.
    Raises `StaleDraft`, `DraftTooLong` and `AlreadyHandedIn`.
    """
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > MOST_CHARACTERS:
        raise DraftTooLong(_("This is more text than a task can hold. What was saved before is kept."))
    given = clean_fields(fields)
    # The row's lock makes tabs take turns, and a submission come before or after the whole of this.
    held = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if held.state == Assignment.State.SUBMITTED:
        raise AlreadyHandedIn(_("This task was handed in already."))
    draft = Draft.objects.filter(assignment=held).first()
    if draft is None:
        draft = Draft.objects.create(assignment=held, fields=given)
    elif draft.fields != given:
        if draft.revision != revision:
            raise StaleDraft(draft)
        draft.fields, draft.revision = given, revision + 1
        draft.save()
    if assignments.keep(held, study):
        held.leased_until = assignments.lease_end(study)
    draft.assignment = held
    return draft


def clean_fields(fields: FormFields) -> dict[str, list[str]]:
    """Return a form's fields without what no database can hold, with one kind of line end, and without empty ones."""
    cleaned = {name: [clean_text(value) for value in values] for name, values in fields.items()}
    return {name: values for name, values in cleaned.items() if any(values)}


def clean_text(text: str) -> str:
    """Return text without NUL characters and with line feeds as its line ends."""
    return text.replace("\0", "").replace("\r\n", "\n")
