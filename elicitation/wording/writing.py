"""Write translations of a study's texts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record
from elicitation.models import Prompt, ProtocolVersion, Response, Study

from .fields import MESSAGES, Item, Text, digest, source_text
from .languages import languages_of
from .rows import Row
from .showing import HUMAN, MACHINE, kept_translation

LONGEST: Final = 100_000


class TranslationRefused(Exception):
    """A translation cannot be taken; the sentence says why."""


@dataclass(frozen=True)
class Given:
    """A translation of a row, and which wording of the source it translates."""

    row: Row
    text: str
    source_digest: str = ""


@transaction.atomic
def write(
    *, by: User | None, study: Study, language: str, given: list[Given], origin: str = HUMAN, model: str = ""
) -> int:
    """Keep translations of rows of `rows.rows`; an empty one takes away what was there. Return how many changed.

    A translation of words that have changed meanwhile is kept as a stale one: it is there to be looked at, and shown to
    nobody. Raises `TranslationRefused` for a language the study has not, or a text that is too long.
    """
    if language not in languages_of(study)[1:]:
        raise TranslationRefused(_("The study is not translated into this language: add it to its languages first."))
    if any(len(one.text) > LONGEST for one in given):
        raise TranslationRefused(_("A translation has at most %(most)d characters.") % {"most": LONGEST})
    by_text: dict[tuple[type[Any], int, str], list[Given]] = defaultdict(list)
    for one in given:
        by_text[type(one.row.item), one.row.item.pk, one.row.field].append(one)
    changed = 0
    for (kind, pk, field), parts in by_text.items():
        item = kind._default_manager.select_for_update(of=("self",)).get(pk=pk)
        if entry := _entry(item, field, language, parts, origin, model):
            for one in [item, *_twins(item, field)]:
                _keep(one, field, language, entry)
            changed += 1
    if changed:
        record(
            by=by,
            action="texts.translated",
            target=f"study:{study.slug}",
            study=study.slug,
            details={"language": language, "texts": changed, "origin": origin, "model": model},
        )
    return changed


def _entry(item: Item, field: str, language: str, parts: list[Given], origin: str, model: str) -> dict[str, Any] | None:
    """Return what is to be kept for a text, None where nothing changes."""
    text = source_text(item, field)
    kept = kept_translation(item, field, language) or {}
    if origin == MACHINE and kept.get("origin") == HUMAN:  # somebody was quicker, or has left it half done
        return None
    value = _value(text, kept, {part.row.index: part.text.strip() for part in parts})
    source = parts[0].source_digest or digest(text)
    entry = {
        "value": value,
        "origin": origin,
        "model": model,
        "at": timezone.now().isoformat(timespec="seconds"),
        "source": source,
    }
    same = all(kept.get(name) == entry[name] for name in ("value", "origin", "source"))
    return None if same or (not kept and _is_empty(value)) else entry


def _value(text: Text, kept: Mapping[str, Any] | None, given: Mapping[int, str]) -> Text:
    if isinstance(text, str):
        return given[0]
    former = kept["value"] if kept else []
    return [
        {"role": message["role"], "content": given.get(index, former[index]["content"] if index < len(former) else "")}
        for index, message in enumerate(text)
    ]


def _is_empty(value: Text) -> bool:
    return not value if isinstance(value, str) else not any(message["content"] for message in value)


def _keep(item: Item, field: str, language: str, entry: dict[str, Any]) -> None:
    """Put an entry into an item's translations, or take it out where it is empty."""
    texts = dict(item.translations.get(language, {}))
    if _is_empty(entry["value"]):
        texts.pop(field, None)
    else:
        texts[field] = entry
    item.translations = {**item.translations, language: texts}
    item.save(update_fields=["translations"])


def _twins(item: Item, field: str) -> Iterator[Item]:
    """Yield the items that say the same elsewhere: other versions of the protocol, a prompt that is asked again."""
    text = source_text(item, field)
    if isinstance(item, ProtocolVersion):
        yield from item.study.protocols.select_for_update().exclude(pk=item.pk)
    elif isinstance(item, Prompt):
        yield from (twin for twin in item.retests.select_for_update() if twin.messages == text)
    elif isinstance(item, Response):
        for twin in Response.objects.select_for_update(of=("self",)).filter(prompt__retest_of=item.prompt_id):
            if getattr(twin, MESSAGES) == text:
                yield twin
