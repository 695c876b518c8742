"""A document as language models are told of it."""

from functools import lru_cache

from llm.questions import SpecSection, SpecText

from .hashing import spec_hash
from .parsing import parse


@lru_cache(maxsize=64)
def spec_text(text: str) -> SpecText:
    """Return a document for questions to a language model; made once per text and process."""
    return SpecText(
        hash=spec_hash(text),
        text=text,
        sections=tuple(
            SpecSection(id=section.id, title=section.title, authority=section.authority, text=section.text)
            for section in parse(text).sections
        ),
    )


def section_titles(text: str) -> dict[str, str]:
    """Return the title of every section of a document by its id."""
    return {section.id: section.title for section in spec_text(text).sections}
