"""Items in several languages: one item, its answers pooled, shown in the words of whoever reads it.

A study names its languages, the first of which it is written in. Each item (study, protocol version, prompt,
response, criterion) keeps the words of the others in its column `translations`:

    {"es": {FIELD: {"value": ..., "origin": "human" | "machine", "model": "...", "at": "...", "source": DIGEST}}}

FIELD is a column ("title", "messages", "text", ...). A protocol version holds many small texts, and its FIELD is the
text itself, as in a catalogue: a question that is worded otherwise in the next version has no translation there, and
one that stays the same keeps it. DIGEST names the text that was translated. Where the text is another one now, the
translation is *stale* and is not shown: people who answer one item must have read the same. They then read the words
it was written in, marked with their language.

The default questions are sentences of the interface and come from its catalogues.
"""

from .choosing import choose, note_shown
from .languages import interface_language, language_for, languages_of, source_language, wishes_of
from .showing import Wording, messages_of, speaker, text_of, told

__all__ = [
    "Wording",
    "choose",
    "interface_language",
    "language_for",
    "languages_of",
    "messages_of",
    "note_shown",
    "source_language",
    "speaker",
    "text_of",
    "told",
    "wishes_of",
]
