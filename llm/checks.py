"""Refuse settings with which no model could be asked, or no cost be told, before the service starts."""

from typing import Any

from django.conf import settings
from django.core.checks import Error

from .prices import PriceTableInvalid, read_table


def check_settings(**_: Any) -> list[Error]:
    """Return what is wrong with OPENAI_API_STYLE and LLM_PRICES."""
    errors = []
    if settings.OPENAI_API_STYLE not in {"responses", "chat"}:
        errors.append(Error("OPENAI_API_STYLE must be responses or chat.", id="llm.E001"))
    try:
        read_table(settings.LLM_PRICES)
    except PriceTableInvalid as error:
        errors.append(Error(f"LLM_PRICES: {error}", id="llm.E002"))
    return errors
