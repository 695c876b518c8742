"""Say a study's items in the language of the page; load as `{% load wording %}`."""

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from elicitation.models import Study
from elicitation.wording import Wording, language_for, text_of

register = template.Library()


@register.simple_tag(takes_context=True)
def wording(context: template.Context, study: Study, field: str) -> Wording:
    """Return a text of a study in the language the page shows it in; it knows its `lang`, "" where that is the page's.

    `{% wording study "title" as title %}<h1{% if title.lang %} lang="{{ title.lang }}"{% endif %}>{{ title }}</h1>`
    """
    visit = context.get("visit")
    language = getattr(visit, "language", "") or getattr(context.get("request"), "study_language", "")
    return text_of(study, field, language or language_for(study, context.get("LANGUAGE_CODE") or ""))


@register.filter
def said(text: object) -> SafeString:
    """Show a text, naming its language where that is not the page's; where an element may stand, not in attributes."""
    if isinstance(text, Wording) and text.lang:
        return format_html('<span lang="{}" dir="auto">{}</span>', text.lang, str(text))
    return escape(text)
