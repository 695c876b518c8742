"""Text written by people and models, shown as the light Markdown it usually is."""

from functools import lru_cache
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

ALLOWED_TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ALLOWED_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}


@lru_cache(maxsize=2048)
def render_prose(text: str) -> SafeString:
    """Render Markdown to harmless HTML: no raw HTML, no pictures, no headings that would join the page's outline.

    The same responses are shown to many people in turn, hence the cache.
    """
    return mark_safe(  # noqa: S308 (cleaned by nh3 against the lists above)
        nh3.clean(
            _markdown.render(text),
            tags=ALLOWED_TAGS,
            attributes=ALLOWED_ATTRIBUTES,
            allowed_classes={"p": {"prose__heading"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer nofollow",
        )
    )


def _open_heading(*_args: Any) -> str:
    return '<p class="prose__heading">'


def _close_heading(*_args: Any) -> str:
    return "</p>\n"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    parser.enable(["table", "strikethrough"]).disable(["image", "html_block", "html_inline"])
    parser.add_render_rule("heading_open", _open_heading)
    parser.add_render_rule("heading_close", _close_heading)
    return parser


_markdown = _parser()
