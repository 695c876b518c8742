"""Cut English text into sentences and word stems: the only eyes the offline baseline has.

Deterministic and small on purpose: a regular expression, a list of contractions, and a stemmer of a few suffixes. Texts
in other languages pass through without error and match nothing.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_TOKEN: Final = re.compile(
    r"(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)|(?P<number>\d+(?:[.,]\d+)*)"
    r"|(?P<end>[.!?…]+(?=[\s\"'”’)*_]|$)|\n\s*\n|\n(?=[ \t]*(?:[-*•]|\d+[.)])[ \t]))|(?P<pause>[,;:()–—]|---?)"
)
"""Words, numbers, ends of sentences (also a blank line and a list item), and pauses inside them."""

_CONTRACTIONS: Final = {
    "n't": ("not",),
    "'re": ("are",),
    "'ve": ("have",),
    "'ll": ("will",),
    "'m": ("am",),
    "'d": ("would",),
}
_WHOLE: Final = {
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "won't": ("will", "not"),
    "shan't": ("shall", "not"),
    "let's": ("let", "us"),
}
_IS_AFTER: Final = frozenset(
    {"it", "he", "she", "that", "this", "there", "what", "who", "here", "where", "how", "one", "everybody", "everyone"}
)
"""Words after which 's means "is" and not that something belongs to somebody."""

_FORMS: Final = """\
be am is are was were been being
have has had having
do does did done doing
say says said saying
give gives gave given giving
take takes took taken taking
tell tells told telling
make makes made making
go goes went gone going
find finds found finding
show shows showed shown showing
leave leaves left leaving
feel feels felt feeling
think thinks thought thinking
hold holds held holding
know knows knew known knowing
person persons people"""
_AS_THEY_ARE: Final = """this his its us as thus yes less across perhaps always"""
_IRREGULAR: Final = {
    **{form: forms.split()[0] for forms in _FORMS.splitlines() for form in forms.split()},
    **{word: word for word in _AS_THEY_ARE.split()},
}
_DOUBLED: Final = re.compile(r"([bdgmnprt])\1$")
_SIZE_LIMIT: Final = 400_000


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a number: its stem, the text it stands for, and where in the whole text it stands.

    `pause` says that a comma, colon, dash or bracket stands before it in the same sentence.
    """

    stem: str
    word: str
    start: int
    end: int
    pause: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence (or list item): its tokens and its place in the text; it always holds one token at least."""

    tokens: tuple[Token, ...]
    start: int
    end: int
    question: bool = False


def sentences(text: str) -> list[Sentence]:
    """Cut a text into sentences; beyond 400,000 characters the rest is left unread."""
    found: list[Sentence] = []
    tokens: list[Token] = []
    pause = ""
    for match in _TOKEN.finditer(text, 0, _SIZE_LIMIT):
        kind = match.lastgroup
        if kind == "pause":
            pause = match.group()
        elif kind == "end":
            if tokens:
                mark = match.group().rstrip()
                end = match.start() + len(mark) if mark else tokens[-1].end
                found.append(Sentence(tuple(tokens), tokens[0].start, end, "?" in mark))
            tokens, pause = [], ""
        elif kind == "number":
            tokens.append(Token("#", match.group(), match.start(), match.end(), pause))
            pause = ""
        else:
            tokens += _words(match, pause)
            pause = ""
    if tokens:
        found.append(Sentence(tuple(tokens), tokens[0].start, tokens[-1].end))
    return found


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the stem of a lower-case word: British and American spellings and simple endings fall together.

    Example:
        >>> [stem(word) for word in ("moralising", "moralizes", "opinions", "replied", "stopped", "is")]
        ['moralis', 'moralis', 'opinion', 'repli', 'stop', 'be']
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or not word.isascii():
        return word
    return _spelling(_suffix(word))


def stems_of(words: str) -> frozenset[str]:
    """Return the stems of words written in one text."""
    return frozenset(stem(word) for word in words.split())


def _suffix(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "i"
    if word.endswith("es") and word[-3] in "sxzh":
        word = word[:-2]
    elif word.endswith("s") and word[-2] not in "su":
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and re.search("[aeiouy]", word[: -len(ending)]):
            return _DOUBLED.sub(r"\1", word[: -len(ending)])
    return word


def _spelling(word: str) -> str:
    if len(word) > 4 and word.endswith("our"):
        word = word[:-3] + "or"
    if word.endswith("y") and word[-2] not in "aeiou":
        word = word[:-1] + "i"
    word = word.removesuffix("e") if len(word) > 4 else word
    return word[:-1] + "s" if len(word) > 4 and word.endswith("iz") else word


def _words(match: re.Match[str], pause: str) -> list[Token]:
    surface = match.group()
    return [
        Token(stem(part), surface, match.start(), match.end(), "" if number else pause)
        for number, part in enumerate(parts(surface.lower().replace("’", "'")))
    ]


@lru_cache(maxsize=50_000)
def _split(word: str) -> tuple[str, ...]:
    if word in _WHOLE:
        return _WHOLE[word]
    for ending, meaning in _CONTRACTIONS.items():
        if word.endswith(ending) and len(word) > len(ending):
            return (word.removesuffix(ending), *meaning)
    return (word,)


def parts(word: str) -> tuple[str, ...]:
    """Return the words that a lower-case word or contraction stands for; of a possessive 's nothing is kept."""
    if "'" not in word and word != "cannot":
        return (word,)
    if word.endswith("'s") and word not in _WHOLE:
        owner = word[:-2]
        return (owner, "is") if owner in _IS_AFTER else (owner,)
    return _split(word)
