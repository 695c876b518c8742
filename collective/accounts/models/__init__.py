"""Tables of the accounts app."""

from .invitation import Invitation
from .token import ApiToken
from .user import User

__all__ = ["ApiToken", "Invitation", "User"]
