"""Which version of a study's protocol is in force."""

from .models import ProtocolVersion, Study


def in_force(study: Study) -> ProtocolVersion:
    """Return the newest version that came into force; where none has yet, the newest draft.

    Raises `ProtocolVersion.DoesNotExist` for a study without any.
    """
    return study.protocols.filter(published_at__isnull=False).order_by("-number").first() or study.protocols.latest(
        "number"
    )
