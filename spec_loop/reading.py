"""A spec document as a page to read: its Markdown dialect as harmless HTML, section by section.

Only what the dialect has is rendered: no raw HTML, no pictures, no headings but the sections' own. Addresses within
the page are `#section-ID`, so that no section's id can be taken for that of another part of the page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import nh3
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from collective.web.prose import ALLOWED_ATTRIBUTES, ALLOWED_TAGS

from .document import BadXml, Example, Problem, Section, SpecDocument, parse, spec_hash, validate

# Part of the key under which rendered pages are kept: to be raised whenever what is rendered changes.
RENDERING = 1
KEPT_SECONDS = 7 * 24 * 3600
ANCHOR = "section-"

_ADMONITION = re.compile(r"(?m)^ {0,3}!!![ \t]+(\w+)(?:[ \t]+\"([^\"\r\n]*)\")?[ \t]*$(?:\r\n|\n|\r|\Z)")
_TAG = re.compile(r"\[\^([^\]\s]+)\]")
_DASHES = re.compile(r"(?<=\s)---?(?=\s|$)")


@dataclass(frozen=True)
class ReadableSection:
    """A section ready to be shown; `depth` counts the sections around it, `html` is what stands below its heading."""

    id: str
    title: str
    depth: int
    parent_id: str
    authority: str
    own_authority: str
    tags: tuple[str, ...]
    html: SafeString

    @property
    def heading_level(self) -> int:
        """The level of its heading on a page whose title has level 1."""
        return min(self.depth + 2, 6)

    @property
    def anchor(self) -> str:
        """Its id on the page."""
        return ANCHOR + self.id


@dataclass(frozen=True)
class Branch:
    """A section in the tree of sections, with those under it."""

    section: ReadableSection
    branches: "list[Branch]"


@dataclass(frozen=True)
class ReadableDocument:
    """A document ready to be shown."""

    sections: tuple[ReadableSection, ...]
    warnings: tuple[Problem, ...]
    examples: int
    words: int

    def tree(self) -> list[Branch]:
        """Return the sections as a tree."""
        roots: list[Branch] = []
        by_id: dict[str, Branch] = {}
        for section in self.sections:
            branch = Branch(section, [])
            by_id[section.id] = branch
            parent = by_id.get(section.parent_id) if section.parent_id else None
            (parent.branches if parent else roots).append(branch)
        return roots


def readable(text: str) -> ReadableDocument:
    """Return a document ready to be shown; kept for a week by its hash, since rendering a long one takes a second."""
    key = f"spec-page:{RENDERING}:{get_language()}:{spec_hash(text)}"
    found: ReadableDocument | None = cache.get(key)
    if found is None:
        found = render(text)
        cache.set(key, found, KEPT_SECONDS)
    return found


def render(text: str) -> ReadableDocument:
    """Render a document."""
    document = parse(text)
    depths: dict[str, int] = {}
    sections = []
    for section in document.sections:
        depths[section.id] = depths[section.parent_id] + 1 if section.parent_id in depths else 0
        sections.append(
            ReadableSection(
                id=section.id,
                title=section.title,
                depth=depths[section.id],
                parent_id=section.parent_id,
                authority=section.authority,
                own_authority=section.own_authority,
                tags=section.tags,
                html=_render_section(document, section),
            )
        )
    return ReadableDocument(
        sections=tuple(sections),
        warnings=tuple(validate(text)),
        examples=sum(len(section.examples) for section in document.sections),
        words=len(re.findall(r"\w+", text)),
    )


# --- blocks ---------------------------------------------------------------------------------------------------


def _render_section(document: SpecDocument, section: Section) -> SafeString:
    titles = {name: other.title for name, other in document.by_id.items()}
    parts: list[str] = []
    position = section.body_start
    for example in section.examples:
        parts.extend(_render_text(document.text[position : example.start], titles))
        parts.append(_render_example(example, titles))
        position = example.end
    parts.extend(_render_text(document.text[position : section.end], titles))
    return mark_safe("".join(parts))  # noqa: S308 (each part is cleaned or escaped)


def _render_text(text: str, titles: Mapping[str, str]) -> Iterator[str]:
    """Yield running text and the admonitions in it."""
    position = 0
    for opening in _ADMONITION.finditer(text):
        if opening.start() < position or _is_fenced(text, opening.start()):
            continue
        end = _end_of_indented(text, opening.end())
        inside = re.sub(r"(?m)^(?: {1,4}|\t)", "", text[opening.end() : end])
        yield _block(text[position : opening.start()], titles)
        yield render_to_string(
            "spec_loop/parts/aside.html",
            {"kind": opening[1], "title": opening[2] or "", "body": mark_safe(_block(inside, titles))},  # noqa: S308
        )
        position = end
    yield _block(text[position:], titles)


def _is_fenced(text: str, position: int) -> bool:
    fences = (parse(text).shape.fences) if "~~~" in text or "```" in text else ()
    return any(fence.start < position < fence.end for fence in fences)


def _end_of_indented(text: str, position: int) -> int:
    """Return where the indented lines (and blank ones between them) that begin at `position` end."""
    end = position
    for line in re.finditer(r"[^\r\n]*(?:\r\n|\n|\r|\Z)", text[position:]):
        if line[0].strip() and not line[0].startswith(("    ", "\t")):
            break
        end = position + line.end()
        if end == len(text):
            break
    return end


def _block(text: str, titles: Mapping[str, str]) -> str:
    return _clean(_markdown.render(text, {"titles": titles})) if text.strip() else ""


def _inline(text: str, titles: Mapping[str, str]) -> SafeString:
    return mark_safe(_clean(_markdown.renderInline(text, {"titles": titles})))  # noqa: S308


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=ALLOWED_TAGS | {"sup"},
        attributes=ALLOWED_ATTRIBUTES,
        allowed_classes={"sup": {"spec-tag"}, "a": {"spec-lost"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


def _render_example(example: Example, titles: Mapping[str, str]) -> str:
    title = _inline(example.title, titles)
    try:
        transcript = example.transcript
    except BadXml:
        # No version holds such an example; a draft that is looked at may.
        return f"<p>{title}</p><pre>{escape(example.xml)}</pre>"
    return render_to_string(
        "spec_loop/parts/example.html",
        {
            "title": title,
            "turns": transcript.turns,
            "answers": [
                {
                    "message": answer,
                    "tone": answer.verdict.lower(),
                    "comment": _inline(answer.comment, titles),
                    "rule": answer.rule,
                    "rule_title": titles.get(answer.rule, answer.rule),
                    "rule_anchor": ANCHOR + answer.rule if answer.rule in titles else "",
                }
                for answer in transcript.answers
            ],
        },
    )


# --- Markdown ---------------------------------------------------------------------------------------------------


def _tag_rule(state: StateInline, silent: bool) -> bool:
    """Read `[^abcd]`: the mark by which the dialect refers to something kept elsewhere."""
    match = _TAG.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("spec_tag", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _render_tag(_self: Any, tokens: Sequence[Token], number: int, *_rest: Any) -> str:
    return f'<sup class="spec-tag">{escape(tokens[number].content)}</sup>'


def _settle_inline(state: Any) -> None:
    """Lead links between sections to their place on the page, by their titles, and set dashes."""
    titles = state.env.get("titles", {})
    for token in state.tokens:
        children = token.children or []
        for number, child in enumerate(children):
            if child.type == "link_open":
                _settle_link(children, number, titles)
            elif child.type == "text":
                child.content = _DASHES.sub("—", child.content)


def _settle_link(tokens: list[Token], number: int, titles: Mapping[str, str]) -> None:
    href = str(tokens[number].attrGet("href") or "")
    if not href.startswith("#"):
        return
    target = href[1:]
    if target in titles:
        tokens[number].attrSet("href", f"#{ANCHOR}{target}")
    else:
        tokens[number].attrs = {"class": "spec-lost"}
    following = tokens[number + 1]
    if following.type == "text" and following.content == "?":
        following.content = titles.get(target) or target


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.enable(["table", "strikethrough"])
    parser.disable(["image", "html_block", "html_inline", "heading", "lheading", "reference"])
    parser.inline.ruler.before("link", "spec_tag", _tag_rule)
    parser.add_render_rule("spec_tag", _render_tag)
    parser.core.ruler.push("spec_inline", _settle_inline)
    return parser


_markdown = _parser()
