"""Edits of a document: one change each, which applies exactly or is refused with a sentence.

`replace`         the anchor by the text (an empty text removes it).
`insert_text`     the text after the anchor, or as a paragraph at the end of the section where there is no anchor.
`insert_section`  the text, a heading with an id and what follows it, after the section and all under it.
`remove_section`  the section and all under it.
`insert_example`  the text, a title and its conversation, after the line of the anchor, or at the section's end.
`remove_example`  the example in which the anchor stands.

An anchor must occur exactly once in the section, from its heading to the next heading. Line ends of anchor and text
are taken in the document's own kind. The result must not have a problem, error or warning, that the document did not
have; sections that the edit does not name keep id, level, place and authority; and an authority changes only if the
edit says that it does (`changes_authority`).
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Self

from django.utils.translation import gettext as _

from .parsing import Section, SpecDocument, parse
from .validation import Problem, validate

_LINE_END = re.compile(r"\r\n|\n|\r")


class Operation(StrEnum):
    """What an edit does."""

    REPLACE = "replace"
    INSERT_TEXT = "insert_text"
    INSERT_SECTION = "insert_section"
    REMOVE_SECTION = "remove_section"
    INSERT_EXAMPLE = "insert_example"
    REMOVE_EXAMPLE = "remove_example"


class EditRefused(Exception):
    """The edit cannot be applied to this document; the sentence says why."""


@dataclass(frozen=True)
class Edit:
    """One change of a document, as the module's head explains it."""

    operation: Operation
    section_id: str
    anchor: str = ""
    text: str = ""
    changes_authority: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the edit as plain JSON."""
        return {**asdict(self), "operation": str(self.operation)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the edit that `to_json` wrote.

        Raises `EditRefused` where a field is missing, unknown or of the wrong kind.
        """
        unknown = set(data) - set(cls.__dataclass_fields__)
        if unknown:
            raise EditRefused(_("An edit has no field %(name)s.") % {"name": repr(sorted(unknown)[0])})
        fields = {"anchor": "", "text": "", "changes_authority": False, **data}
        for name in ("section_id", "anchor", "text"):
            if not isinstance(fields.get(name), str):
                raise EditRefused(_("The field %(name)s of an edit must be text.") % {"name": repr(name)})
        if not isinstance(fields["changes_authority"], bool):
            raise EditRefused(_("The field 'changes_authority' of an edit must be true or false."))
        if fields.get("operation") not in set(Operation):
            raise EditRefused(
                _("An edit cannot %(operation)s; it can %(operations)s.")
                % {"operation": repr(fields.get("operation")), "operations": ", ".join(Operation)}
            )
        return cls(**{**fields, "operation": Operation(fields["operation"])})


def apply_edit(text: str, edit: Edit) -> str:
    """Return the text of a document with an edit applied.

    Raises `EditRefused`.
    """
    document = parse(text)
    problems = _problems_of(text)
    errors = [problem for problem in problems if problem.is_error]
    if errors:
        raise EditRefused(_("The document itself has an error, on %(problem)s.") % {"problem": errors[0]})
    section = document.by_id.get(edit.section_id)
    if section is None:
        raise EditRefused(_('There is no section "#%(section_id)s" in the document.') % {"section_id": edit.section_id})
    own = _newline_of(text)
    edit = Edit(
        edit.operation,
        edit.section_id,
        _LINE_END.sub(lambda _: own, edit.anchor),
        _LINE_END.sub(lambda _: own, edit.text),
        edit.changes_authority,
    )
    result = _OPERATIONS[edit.operation](document, section, edit)
    if result == text:
        raise EditRefused(_("The edit changes nothing."))
    _refuse_new_problems(problems, validate(result))
    _refuse_other_changes(document, parse(result), section, edit)
    return result


@lru_cache(maxsize=8)
def _problems_of(text: str) -> tuple[Problem, ...]:
    # Many edits are tried on the same document in turn.
    return tuple(validate(text))


# --- the operations -----------------------------------------------------------------------------------------


def _replace(document: SpecDocument, section: Section, edit: Edit) -> str:
    if not edit.anchor:
        raise EditRefused(_("A replacement needs the exact text it replaces."))
    start = _find_anchor(section, edit.anchor)
    return document.text[:start] + edit.text + document.text[start + len(edit.anchor) :]


def _insert_text(document: SpecDocument, section: Section, edit: Edit) -> str:
    if not edit.text.strip():
        raise EditRefused(_("There is no text to insert."))
    if not edit.anchor:
        return _insert_block(document.text, section.end, edit.text)
    position = _find_anchor(section, edit.anchor) + len(edit.anchor)
    before, after = document.text[:position], document.text[position:]
    # A sentence put after another needs a space between them, which a proposer easily forgets.
    gap = " " if not before[-1].isspace() and (edit.text[0].isalnum() or edit.text[0] in "\"'“‘(*_[`") else ""
    gap_after = " " if not edit.text[-1].isspace() and after[:1].isalnum() else ""
    return before + gap + edit.text + gap_after + after


def _insert_section(document: SpecDocument, section: Section, edit: Edit) -> str:
    added = parse(edit.text).sections
    if edit.anchor:
        raise EditRefused(_("A section is inserted after a section, not at an anchor."))
    if not added or not added[0].level:
        raise EditRefused(_("A new section begins with its heading."))
    for one in added:
        if not one.id_is_given:
            raise EditRefused(
                _('The new section "%(title)s" needs an id, as in "## Title {#id}".') % {"title": one.title}
            )
        if one.id in document.by_id:
            raise EditRefused(_('There is a section "#%(id)s" already.') % {"id": one.id})
    return _insert_block(document.text, document.subtree_end(section), edit.text)


def _remove_section(document: SpecDocument, section: Section, edit: Edit) -> str:
    if edit.anchor or edit.text:
        raise EditRefused(_("A section is removed as a whole, without anchor or text."))
    end = document.subtree_end(section)
    if section.start <= len(document.lead) and end == len(document.text):
        raise EditRefused(_("The only section of a document cannot be removed."))
    return _cut(document.text, section.start, end)


def _insert_example(document: SpecDocument, section: Section, edit: Edit) -> str:
    added = parse(edit.text.strip("\r\n")).sections
    example = added[0].examples[0] if len(added) == 1 and len(added[0].examples) == 1 else None
    if example is None or example.start != 0 or example.end != len(edit.text.strip("\r\n")):
        raise EditRefused(_("A new example is a line **Example**: with its title, and a ~~~xml fence below it."))
    if not edit.anchor:
        return _insert_block(document.text, section.end, edit.text)
    position = _find_anchor(section, edit.anchor) + len(edit.anchor)
    for fence in section.fences:
        if fence.start < position <= fence.end:
            return _insert_block(document.text, fence.end, edit.text)
    line_end = _LINE_END.search(document.text, position - len(_newline_at_end(edit.anchor)))
    return _insert_block(document.text, line_end.start() if line_end else len(document.text), edit.text)


def _remove_example(document: SpecDocument, section: Section, edit: Edit) -> str:
    if not edit.anchor or edit.text:
        raise EditRefused(_("Removing an example takes an anchor inside it, and no text."))
    position = _find_anchor(section, edit.anchor)
    for example in section.examples:
        if example.start <= position and position + len(edit.anchor) <= example.end:
            return _cut(document.text, example.start, example.end)
    raise EditRefused(_('The anchor does not stand in an example of section "#%(id)s".') % {"id": section.id})


_OPERATIONS: dict[Operation, Callable[[SpecDocument, Section, Edit], str]] = {
    Operation.REPLACE: _replace,
    Operation.INSERT_TEXT: _insert_text,
    Operation.INSERT_SECTION: _insert_section,
    Operation.REMOVE_SECTION: _remove_section,
    Operation.INSERT_EXAMPLE: _insert_example,
    Operation.REMOVE_EXAMPLE: _remove_example,
}


def _find_anchor(section: Section, anchor: str) -> int:
    """Return the offset in the document at which the anchor occurs, if it does just once."""
    first = section.text.find(anchor)
    shown = anchor if len(anchor) <= 80 else f"{anchor[:77]}..."
    if first < 0:
        raise EditRefused(
            _('The anchor does not occur in section "#%(id)s": "%(shown)s"') % {"id": section.id, "shown": shown}
        )
    if section.text.find(anchor, first + 1) >= 0:
        raise EditRefused(
            _('The anchor occurs more than once in section "#%(id)s", so it names no one place: "%(shown)s"')
            % {"id": section.id, "shown": shown}
        )
    return section.start + first


def _insert_block(text: str, position: int, block: str) -> str:
    """Put a block after a blank line behind the last line before `position`; `_cut` undoes it exactly."""
    before = text[:position].rstrip("\r\n")
    return before + 2 * _newline_of(text) + block.strip("\r\n") + text[len(before) :]


def _cut(text: str, start: int, end: int) -> str:
    """Take a block out with the blank lines before it; what separates it from the next block stays."""
    before = text[:start].rstrip("\r\n")
    after = text[len(text[:end].rstrip("\r\n")) :]
    if not before.strip("\ufeff"):
        after = after.lstrip("\r\n")
    return before + after


def _newline_of(text: str) -> str:
    """Return the line end a document uses most."""
    found = Counter(_LINE_END.findall(text)).most_common(1)
    return found[0][0] if found else "\n"


def _newline_at_end(text: str) -> str:
    return text[len(text.rstrip("\r\n")) :]


# --- what an edit may not bring about ---------------------------------------------------------------------------


def _refuse_new_problems(before: tuple[Problem, ...], after: list[Problem]) -> None:
    known = Counter(problem.message for problem in before)
    for problem in sorted(after, key=lambda problem: not problem.is_error):
        if known[problem.message]:
            known[problem.message] -= 1
        else:
            raise EditRefused(_("With the edit, on %(problem)s.") % {"problem": problem})


def _refuse_other_changes(before: SpecDocument, after: SpecDocument, section: Section, edit: Edit) -> None:
    if edit.operation in {Operation.INSERT_SECTION, Operation.REMOVE_SECTION}:
        new_ids = {one.id for one in after.sections}
        old, new = ([s for s in d.sections if s.id in new_ids and s.id in before.by_id] for d in (before, after))
    else:
        old, new = list(before.sections), list(after.sections)
        if len(old) != len(new):
            raise EditRefused(
                _("The edit would add or remove a section. Use insert_section or remove_section if that is meant.")
            )
    renamed = {section.id: new[old.index(section)].id} if section in old else {}
    for one, other in zip(old, new, strict=True):
        expected = (renamed.get(one.id, one.id), one.level, renamed.get(one.parent_id, one.parent_id))
        if (other.id, other.level, other.parent_id) != expected:
            raise EditRefused(_('The edit would change the place, level or id of section "#%(id)s".') % {"id": one.id})
        if other.authority != one.authority and not edit.changes_authority:
            raise EditRefused(
                _('The edit changes the authority of section "#%(id)s" from %(before)s to %(after)s without saying so.')
                % {"id": one.id, "before": one.authority or _("none"), "after": other.authority or _("none")}
            )
