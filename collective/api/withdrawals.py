"""Answers kept for repeated requests may hold what people gave; what is taken back is cut out of them."""

from typing import Any

from elicitation.withdrawal import Taken
from elicitation.withdrawal.copies import cut_copies

from .models import AnsweredRequest


def forget(*, taken: Taken, **_said: Any) -> None:
    """Cut what is taken back out of the answers kept since the person came."""
    if taken.quotations:
        cut_copies(AnsweredRequest.objects.filter(made_at__gte=taken.since), ["body"], taken.quotations)
