"""What is left of somebody who took everything back: a name that says nothing, and a seal in the place of their token.

The seal is a hash: who holds the link is still told what became of their answers, while nobody can read a link out of
the row. It begins with a sign that no token has.
"""

import hashlib
import secrets
from typing import Final

SIGN: Final = "~"
_LENGTH: Final = 40


def sealed(token: str) -> str:
    """Return the seal of a token."""
    return (SIGN + hashlib.sha256(token.encode()).hexdigest())[:_LENGTH]


def is_sealed(token: str) -> bool:
    """Return whether a stored token is a seal, or leads nowhere at all (`unopenable`)."""
    return token.startswith(SIGN)


def unopenable() -> str:
    """Return what stands in the place of a token that nobody is to come in by any more."""
    return SIGN + secrets.token_hex(16)


def new_name() -> str:
    """Return a name for somebody who took everything back."""
    return f"withdrawn-{secrets.token_hex(8)}"


def name_hash(study_slug: str, key: str) -> str:
    """Return what the audit log keeps of a person's name.

    Who holds an earlier export can tell by it whom to take out of that; nobody else can tell whom it is about.
    """
    return hashlib.sha256(f"{study_slug}\n{key}".encode()).hexdigest()
