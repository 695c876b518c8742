"""Which version of a study's protocol holds."""

from elicitation.models import Participant, ProtocolVersion, Study


def in_force(study: Study) -> ProtocolVersion:
    """Return the newest version that came into force; where none has yet, the newest draft.

    New people come in under it; what somebody who is in already is asked, `protocol_for` says. Raises
    `ProtocolVersion.DoesNotExist` for a study without any.
    """
    return study.protocols.filter(published_at__isnull=False).order_by("-number").first() or study.protocols.latest(
        "number"
    )


def protocol_for(participant: Participant) -> ProtocolVersion:
    """Return the version a person is asked by: the one they agreed to, or the one in force where none is known."""
    if participant.protocol is not None and participant.protocol.study_id == participant.study_id:
        return participant.protocol
    return in_force(participant.study)


def draft_of(study: Study) -> ProtocolVersion | None:
    """Return the version that is still being written, None where all that was written is in force."""
    latest = study.protocols.order_by("-number").first()
    return latest if latest and latest.published_at is None else None


def written(study: Study) -> ProtocolVersion:
    """Return the version that researchers see and go on with: the draft, or where there is none, what is in force."""
    return draft_of(study) or in_force(study)
