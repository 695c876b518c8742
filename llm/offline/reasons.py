"""Read a person's reason: which dimensions it wants more or less of, and in which words.

A reason speaks of an answer that is liked or disliked ("my first choice", "the last one", "I don't like"), and says
that it has something or lacks it ("shows both sides", "does not preach", "no warmth"). Liking what is there and
disliking what lacks both want more; the other two want less. Where no liking is expressed, a complaint ("preachy")
is taken as one, and anything else as praise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .cues import CueIndex, Match
from .dimensions import lexicon
from .words import Sentence, Token, sentences, stems_of

_LIKING: Final = {
    1.0: (
        "first|best|top|favourite|favorite|winner|winning|highest",
        "i|we|would|really like|liked|love|loved|prefer|preferred|want|wanted|appreciate|choose|chose|enjoy",
        "number one",
        "good|great|excellent|helpful|useful|nice|strong|better|glad|pleased|important that|when|to|because|how?",
        "it|they|ai|assistant should|ought",
        "rank|ranked|put high|higher|first",
    ),
    -1.0: (
        "last|worst|weakest|lowest|bottom|least|worse|weak|poor|bad",
        "do|did|would|could|can not _? like|want|love|prefer|need|enjoy|appreciate|stand",
        "dislike|disliked|hate|hated|annoy|annoys|annoying|annoyed|bother|bothers|bothered|unacceptable|useless|offensive",
        "not acceptable|good|helpful|useful|ok|okay|right|what",
        "no use|place|need|point",
        "too|overly|way too? much|many",
        "should|must|ought not",
        "nobody|no one should|wants|needs",
        "rank|ranked|put low|lower|last",
        "would close|leave|skip",
    ),
}
_LIKINGS: Final = CueIndex((0, weight, cue) for weight, cues in _LIKING.items() for cue in cues)
_LACKS: Final = stems_of(
    "not no never nothing none without lack lacks lacking fail fails miss misses missing skip skips omit omits forget "
    "forgets ignore ignores avoid avoids spares hardly barely leaves neither nor instead keeps stays stop"
)
_LACK_REACH: Final = 5


@dataclass(frozen=True)
class Wish:
    """A dimension a person wants more (positive) or less of, and the passage that says so."""

    dimension: int
    weight: float
    start: int
    end: int


@lru_cache(maxsize=20_000)
def wishes(text: str) -> tuple[Wish, ...]:
    """Return what a reason wants, passage by passage."""
    return tuple(wish for sentence in sentences(text) for wish in _wishes(sentence))


def _wishes(sentence: Sentence) -> Iterator[Wish]:
    found = list(lexicon().said.find(sentence.tokens))
    if not found:
        return
    blamed = {(match.group, match.start) for match in lexicon().blame.find(sentence.tokens)}
    likings = list(_LIKINGS.find(sentence.tokens))
    taken = {place for liking in likings for place in range(liking.start, liking.end)}
    for match in found:
        presence = _presence(sentence.tokens, match, taken)
        complaint = presence > 0 and (match.group, match.start) in blamed
        weight = match.weight / 2 * presence * _liking(match, likings, -1.0 if complaint else 1.0)
        if weight:
            yield Wish(match.group, weight, sentence.start, sentence.end)


def _presence(tokens: tuple[Token, ...], match: Match, taken: set[int]) -> float:
    """Return 1 if the thing is said to be there, -1 if it is said to be missing."""
    lacking = 0
    for place in range(match.start - 1, max(match.start - _LACK_REACH, 0) - 1, -1):
        if tokens[place].stem in {"and", "but"} and _says_anew(tokens[place + 1 : match.start + 1]):
            break
        lacking += place not in taken and tokens[place].stem in _LACKS
    return -1.0 if lacking % 2 else 1.0


def _says_anew(tokens: tuple[Token, ...]) -> bool:
    """Return whether what follows an "and" seems to hold a verb of its own ("does not preach and shows both sides")."""
    return any(len(token.word) > 3 and token.word.endswith("s") and not token.word.endswith("ss") for token in tokens)


def _liking(match: Match, likings: list[Match], otherwise: float) -> float:
    """Return 1 if the answer spoken of is liked, -1 if it is not: by the nearest word of liking, before it if any."""
    before = [liking for liking in likings if liking.end <= match.start]
    if before:
        return max(before, key=lambda liking: liking.end).weight
    after = [liking for liking in likings if liking.start >= match.end]
    return min(after, key=lambda liking: liking.start).weight if after else otherwise
