"""Spec documents as text: parse, check, edit, compare. Nothing here touches the database."""

from .authority import HIGHEST, LEVELS
from .diff import SectionDiff, Words, diff_documents, diff_words
from .edits import Edit, EditRefused, Operation, apply_edit
from .examples import BadXml, Example, Message, Transcript
from .hashing import spec_hash
from .links import Link
from .material import section_titles, spec_text
from .parsing import Section, SpecDocument, parse, serialise
from .validation import Problem, SpecInvalid, check, decode, validate

__all__ = [
    "HIGHEST",
    "LEVELS",
    "BadXml",
    "Edit",
    "EditRefused",
    "Example",
    "Link",
    "Message",
    "Operation",
    "Problem",
    "Section",
    "SectionDiff",
    "SpecDocument",
    "SpecInvalid",
    "Transcript",
    "Words",
    "apply_edit",
    "check",
    "decode",
    "diff_documents",
    "diff_words",
    "parse",
    "section_titles",
    "serialise",
    "spec_hash",
    "spec_text",
    "validate",
]
