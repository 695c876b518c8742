"""Filters for pages that show runs and proposals; load as `{% load specs %}`."""

from django import template

from spec_loop import rankers

register = template.Library()


@register.filter
def ranker_name(name: str) -> str:
    """Return the name of a ranker or proposer for people."""
    return rankers.ranker_name(name)
