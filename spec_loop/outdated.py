"""Forget how a spec ranks a prompt that says something else now."""

from typing import Any

from elicitation.models import Prompt

from .models import SectionRelevance, SpecRanking


def forget_prompt(*, prompt: Prompt, **_further: Any) -> None:
    """Delete the rankings of a changed prompt and its sections' relevance; the next measurement asks anew."""
    SpecRanking.objects.filter(prompt=prompt).delete()
    SectionRelevance.objects.filter(prompt=prompt).delete()
