"""Find sentences in scripts and style sheets, which take what they say from the page's data attributes."""

import re
from pathlib import Path

_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.DOTALL)
_STRING = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`")
_SENTENCE = re.compile(r"(?:^|[>\s}])[A-Z][a-z]+[ ,][a-z]{2,}")
_CONTENT = re.compile(r"content:\s*[\"'][^\"']*[A-Za-z]{2,}[^\"']*[\"']")


def bare_words(path: Path) -> list[str]:
    """Return what a script or a style sheet would show untranslated, as "line: text"."""
    text = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), path.read_text(encoding="utf-8"))
    if path.suffix == ".css":
        return [_located(text, found) for found in _CONTENT.finditer(text)]
    return [
        _located(text, found)
        for found in _STRING.finditer(text)
        if _SENTENCE.search(next(group for group in found.groups() if group is not None))
    ]


def _located(text: str, found: re.Match[str]) -> str:
    return f"{text.count(chr(10), 0, found.start()) + 1}: {found[0]}"
