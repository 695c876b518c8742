"""Rankings by a ranker as JSON Lines, read and written: `{"prompt_id": ..., "ranking": "A>B=C", "cited": [...]}`.

Any ranker that ran elsewhere can be judged this way. `cited` are ids of sections of the spec; it may be left out.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from measures.rankings import RankingError, canonicalise

LONGEST_LINE = 1024 * 1024
"""Bytes. A line of a ranking is far shorter; one that goes on for ever must not fill the memory."""


class BadRankingFile(Exception):
    """The file cannot be taken. The message names file, line and field and says what is wrong."""


@dataclass(frozen=True)
class Ranked:
    """How a ranker ranked a prompt, and the sections it relied on."""

    order: str
    cited: tuple[str, ...] = ()


def read_rankings(path: Path, sizes: Mapping[str, int]) -> dict[str, Ranked]:
    """Read a file of rankings, one line in memory at a time.

    Args:
        path: the file.
        sizes: the prompts it may rank: key to number of candidates.

    Returns:
        Prompt key to ranking; prompts that the file leaves out are left out.

    Raises:
        BadRankingFile: the file or a line cannot be read, names an unknown prompt, names a prompt twice, or its
            ranking is not one of exactly the prompt's letters.
    """
    found: dict[str, Ranked] = {}
    for number, content in _lines(path):
        where = f"{path.name}, line {number}"
        key = _prompt(content, sizes, where)
        if key in found:
            raise BadRankingFile(f"{where}, field prompt_id: {_shown(key)} is ranked on an earlier line too.")
        found[key] = Ranked(_ranking(content, sizes[key], where), _cited(content, where))
    if not found:
        raise BadRankingFile(f"{path.name}: there is no ranking in this file.")
    return found


def write_rankings(path: Path, rankings: Iterable[tuple[str, Ranked]]) -> int:
    """Write rankings by prompt key in the format that `read_rankings` reads; return how many there were.

    The file appears whole or not at all. Raises OSError where it cannot be written.
    """
    count = 0
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            for key, ranked in rankings:
                line = {"prompt_id": key, "ranking": ranked.order, "cited": list(ranked.cited)}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
    return count


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadRankingFile(f"{path}: the file cannot be read ({error.strerror}).") from error
    with file:
        yield from _objects(file, path.name)


def _objects(file: BinaryIO, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    while line := _next_line(file, name, number + 1):
        number += 1
        if line.strip():
            yield number, _object(line.removeprefix(b"\xef\xbb\xbf"), f"{name}, line {number}")


def _next_line(file: BinaryIO, name: str, number: int) -> bytes:
    try:
        line = file.readline(LONGEST_LINE + 1)
    except OSError as error:
        raise BadRankingFile(f"{name}: the file cannot be read ({error.strerror}).") from error
    if len(line) > LONGEST_LINE:
        raise BadRankingFile(f"{name}, line {number}: the line is longer than {LONGEST_LINE // 2**20} MiB.")
    return line


def _object(line: bytes, where: str) -> dict[str, Any]:
    try:
        content = json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise BadRankingFile(f"{where}: byte {error.start + 1} is not UTF-8; save the file as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise BadRankingFile(
            _("%(where)s: not valid JSON (%(msg)s, column %(colno)s).")
            % {"where": where, "msg": error.msg, "colno": error.colno}
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadRankingFile(f"{where}: not valid JSON ({error}).") from error
    if not isinstance(content, dict):
        raise BadRankingFile(f"{where}: an object in braces is expected.")
    return content


def _prompt(content: dict[str, Any], sizes: Mapping[str, int], where: str) -> str:
    key = _text(content, "prompt_id", where)
    if key not in sizes:
        raise BadRankingFile(f"{where}, field prompt_id: the study has no prompt {_shown(key)}.")
    return key


def _ranking(content: dict[str, Any], size: int, where: str) -> str:
    try:
        return canonicalise(_text(content, "ranking", where), size)
    except RankingError as error:
        raise BadRankingFile(f"{where}, field ranking: {error}") from error


def _cited(content: dict[str, Any], where: str) -> tuple[str, ...]:
    cited = content.get("cited")
    if cited is None:
        return ()
    if not isinstance(cited, list) or not all(isinstance(section, str) for section in cited):
        raise BadRankingFile(f"{where}, field cited: a list of section ids is expected.")
    return tuple(dict.fromkeys(cited))


def _text(content: dict[str, Any], field: str, where: str) -> str:
    value = content.get(field)
    if not isinstance(value, str) or not value.strip():
        problem = "text is expected" if field in content else "it is missing"
        raise BadRankingFile(f"{where}, field {field}: {problem}.")
    return value


def _shown(key: str) -> str:
    return repr(key if len(key) <= 80 else key[:77] + "...")
