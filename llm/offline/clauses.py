"""Read what a sentence asks for and against: cues of dimensions, each with a sign and a strength.

A sentence is walked word by word. A modal verb with the assistant as its subject ("should", "must", "may", "aims to")
opens an instruction; "not", "never", "avoid", "rather than", "without" and their like turn it round, each as far as it
reaches; "because", "if", "where" close it, since what follows explains and does not instruct. A sentence with no modal
instructs only if it is an order ("Be warm", "Never claim to be human"), as headings and list items often are.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from .cues import Match
from .dimensions import lexicon
from .words import Sentence, Token, sentences, stems_of

_MODALS: Final = {
    "must": 1.25,
    "shall": 1.1,
    "should": 1.0,
    "ought": 1.0,
    "will": 0.7,
    "aim": 0.8,
    "tri": 0.7,
    "strive": 0.9,
    "striv": 0.9,
    "need": 0.8,
    "may": 0.4,
    "might": 0.3,
    "can": 0.4,
    "could": 0.4,
}
_ORDERING: Final = frozenset({"never", "always", "avoid", "do", "be", "let", "refrain", "only"})
_ASSISTANT: Final = stems_of("assistant model it ai chatgpt answer response reply agent")
_OTHERS: Final = stems_of(
    "user users developer developers person people parent child i you he she they we anyone who operators customer "
    "expert teacher doctor someone law question"
)
_TURNS: Final = frozenset(
    {"not", "never", "nor", "avoid", "refrain", "without", "abstain", "resist", "omit", "minimis"}
)
_TURN_PAIRS: Final = frozenset(
    {("rather", "than"), ("instead", "of"), ("keep", "from"), ("as", "opposed"), ("steer", "clear"), ("let", "alone")}
)
_LITTLE: Final = stems_of("no less fewer minimal")
_REASONS: Final = stems_of(
    "because since unless if when whenever where wherever until although though whether otherwise who whose"
)
_RESTARTS: Final = frozenset({"but", "instead", "however"})
_DEFAULTS: Final = stems_of("generally typically usually default often normally appropriate")
_NOT_ONLY: Final = stems_of("only just merely simply hesitate fail necessarily")
_SUBJECT_REACH: Final = 5
_ORDER_STRENGTH: Final = 0.8
_DEFAULT_STRENGTH: Final = 0.8


class Reading(Enum):
    """How a sentence without a modal verb is read: as prose that explains, or as an order."""

    PROSE = "prose"
    ORDERS = "orders"


@dataclass(frozen=True)
class Clause:
    """A dimension that a sentence speaks of: `weight` is positive where it asks for it, negative where against."""

    dimension: int
    weight: float
    start: int
    end: int


def clauses(text: str, *, reading: Reading = Reading.PROSE) -> list[tuple[Sentence, list[Clause]]]:
    """Return the sentences of a text that ask for something, with what they ask for."""
    read = ((sentence, sentence_clauses(sentence, reading=reading)) for sentence in sentences(text))
    return [(sentence, found) for sentence, found in read if found]


def sentence_clauses(sentence: Sentence, *, reading: Reading = Reading.PROSE) -> list[Clause]:
    """Return what one sentence asks for and against."""
    matches = list(lexicon().clauses.find(sentence.tokens))
    if not matches:
        return []
    force = _force(sentence.tokens, reading)
    found = []
    for match in matches:
        strength = force[_anchor(match, force)]
        if strength:
            start, end = sentence.tokens[match.start].start, sentence.tokens[match.end - 1].end
            found.append(
                Clause(match.group, match.weight / 2 * strength * _littleness(sentence.tokens, match), start, end)
            )
    return found


def _anchor(match: Match, force: list[float]) -> int:
    """Return the word of a cue whose force counts: its first, or the next if an instruction opens inside the cue."""
    return match.start if force[match.start] else match.end - 1


def _littleness(tokens: tuple[Token, ...], match: Match) -> float:
    before = tokens[match.start - 1].stem if match.start else ""
    return -1.0 if before in _LITTLE or tokens[match.start].stem in _LITTLE else 1.0


class _Walk:
    """The state of an instruction as it is read from left to right."""

    def __init__(self, strength: float, default: float) -> None:
        self.strength = strength
        self.default = default
        self.sign = 1.0
        self.side = 1.0
        self.open = strength > 0
        self.waits_for_pause = False

    @property
    def force(self) -> float:
        return self.strength * self.default * self.sign * self.side if self.open else 0.0

    def instruct(self, strength: float) -> None:
        self.strength, self.sign, self.side, self.open = strength, 1.0, 1.0, strength > 0
        self.waits_for_pause = False


def _force(tokens: tuple[Token, ...], reading: Reading) -> list[float]:
    """Return the force of the instruction at every word: 0 where none is open, negative where it forbids."""
    stems = [token.stem for token in tokens]
    default = _DEFAULT_STRENGTH if any(one in _DEFAULTS for one in stems) else 1.0
    walk = _Walk(_ORDER_STRENGTH if reading is Reading.ORDERS or stems[0] in _ORDERING else 0.0, default)
    force = []
    for place, token in enumerate(tokens):
        _step(walk, stems, place, token)
        force.append(walk.force)
    return force


def _step(walk: _Walk, stems: list[str], place: int, token: Token) -> None:
    one = stems[place]
    if token.pause:
        _pause(walk, token.pause)
    if one in _MODALS and not _is_noun(stems, place):
        walk.instruct(_MODALS[one] if _of_assistant(stems, place) else 0.0)
    elif one in _RESTARTS and walk.strength and tuple(stems[place : place + 2]) != ("instead", "of"):
        walk.instruct(walk.strength)
    elif one in _REASONS:
        walk.open, walk.waits_for_pause = False, one not in {"because", "since"}
    elif tuple(stems[place : place + 2]) in _TURN_PAIRS:
        walk.side = -1.0
    elif one in _TURNS and not _is_double(stems, place):
        _turn(walk, stems, place)


def _turn(walk: _Walk, stems: list[str], place: int) -> None:
    """Turn an instruction round: as a whole right after its modal or at its start, else up to the next pause."""
    after_modal = place <= 1 or any(one in _MODALS or one == "be" for one in stems[max(place - 2, 0) : place])
    if after_modal or stems[place] in {"avoid", "refrain", "abstain"}:
        walk.sign = -1.0
    else:
        walk.side = -1.0


def _pause(walk: _Walk, pause: str) -> None:
    walk.side = 1.0
    if pause in ";:":
        walk.sign = 1.0
    if walk.waits_for_pause and walk.strength:
        walk.open, walk.waits_for_pause = True, False


def _is_noun(stems: list[str], place: int) -> bool:
    """Return whether a word that looks like a modal is a noun: "the aim", "a need", "their will"."""
    return place > 0 and stems[place - 1] in {"the", "a", "an", "their", "its", "of", "own"}


def _is_double(stems: list[str], place: int) -> bool:
    return place + 1 < len(stems) and stems[place + 1] in _NOT_ONLY


def _of_assistant(stems: list[str], place: int) -> bool:
    """Return whether the subject of the modal may be the assistant: nobody else stands nearer before it."""
    for one in reversed(stems[max(place - _SUBJECT_REACH, 0) : place]):
        if one in _ASSISTANT:
            return True
        if one in _OTHERS:
            return False
    return True
