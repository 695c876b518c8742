"""Which responses a text calls the best or the worst by their letters, as people saw them.

Patterns of letters only, in the languages of the interface, and few of them: what is not plain is not read. A text that
calls several responses best, or denies what it says near a letter, names none.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

# Not inside a word or name of Latin letters; other scripts put no blank beside it.
_LETTER = r"(?<![A-Za-z0-9À-ɏ])[\"'“”«»(\[]?(?P<letter>[{letters}])[\"'“”«»)\]]?(?![A-Za-z0-9À-ɏ'’])"
# A letter without "response" before it counts only where a clause begins: vitamin C is no response.
_CLAUSE = r"(?:^|[,:(]|\band|\bthat|\bthink|\bbecause|\by|\bque|\bcreo|\bet|\bund|\bdass|\be|\ben|\bdat|\bve)\s*"
# What may stand before a letter: "response B", "la respuesta B", "Antwort B", "回答B". A lone "A" is an article in
# English, so without one of these words only patterns that cannot be an article are read.
_NOUN = (
    r"(?:response|answer|option|candidate|reply|respuesta|opci[oó]n|r[ée]ponse|option|antwort|option|resposta|"
    r"op[cç][aã]o|antwoord|optie|cevap|se[cç]enek|(?:yan[ıi]t[ıi]?)|回答|応答|選択肢|उत्तर|जवाब|विकल्प|प्रतिक्रिया|الإجابة|الرد|الخيار|إجابة|رد)"
)
_BEST_AFTER = (
    r"(?:is|was|seems|feels) (?:by far |clearly |definitely |simply |still |just )?(?:the )?(?:very )?best\b",
    r"(?:is|was) (?:clearly |definitely )?my (?:first choice|favou?rite|top choice)\b",
    r"es (?:claramente |sin duda )?(?:la |el )?mejor\b",
    r"est (?:clairement |de loin )?(?:la |le )?(?:meilleure?|mieux)\b",
    r"ist (?:klar |eindeutig |bei weitem )?(?:die |das |am )?beste?n?\b",
    r"é (?:claramente |sem dúvida )?(?:a |o )?melhor\b",
    r"is (?:duidelijk |veruit )?(?:het |de )?beste?\b",
    r"en iyisi\b",
    r"en iyi\b",
    r"(?:が|は)(?:一番|最も)(?:良|よ|い)い",
    r"(?:が|は)(?:最良|最高|ベスト)",
    r"सबसे अच्छा",
    r"सबसे बेहतर",
    r"(?:هي|هو) (?:الأفضل|الأحسن)",
)
_BEST_BEFORE = (
    r"\bi (?:clearly |definitely |strongly )?prefer(?:red)?",
    r"\bi (?:chose|choose|picked|pick) ",
    r"\bthe best (?:one )?is",
    r"\bbest(?: one| response| answer)? ?[:=]",
    r"\bprefiero",
    r"\bla mejor es",
    r"\bje préfère",
    r"\bla meilleure est",
    r"\bich bevorzuge",
    r"\bam besten (?:ist|finde ich)",
    r"\bprefiro",
    r"\ba melhor é",
    r"\bik verkies",
    r"\bde beste is",
    r"أفضل",
)
_WORST_AFTER = (
    r"(?:is|was|seems) (?:by far |clearly |definitely )?(?:the )?(?:very )?worst\b",
    r"es (?:claramente )?(?:la |el )?peor\b",
    r"est (?:clairement |de loin )?(?:la |le )?pire\b",
    r"ist (?:klar |eindeutig )?(?:die |das |am )?schlecht(?:e|es)te[nr]?\b",
    r"é (?:claramente )?(?:a |o )?pior\b",
    r"is (?:duidelijk |veruit )?(?:het |de )?slechtste?\b",
    r"en kötüsü\b",
    r"(?:が|は)(?:一番|最も)(?:悪い|ひどい)",
    r"(?:が|は)最悪",
    r"सबसे खराब",
    r"(?:هي|هو) (?:الأسوأ)",
)
# Whatever turns a sentence round, or makes it somebody else's: then nothing is read in it.
_TURNED = re.compile(
    r"\bnot\b|n['’]t\b|\bnever\b|\bno\b|\bif\b|\bunless\b|\bexcept|\bbut\b|\balthough\b|\bthough\b|\bsome\b|\bothers?\b|"
    r"\bwould\b|\bcould\b|\bsecond\b|\bnext\b|\balmost\b|\bnearly\b|\bthan\b|\bfor\b|\bin terms\b|\bat\b|"
    r"\bsino\b|\bpero\b|\bsi\b|\bne\b|\bpas\b|\bmais\b|\bnicht\b|\bkein|\baber\b|\bwenn\b|\bnão\b|\bmas\b|\bse\b|"
    r"\bniet\b|\bgeen\b|\bmaar\b|\bals\b|\bdeğil|\bama\b|ない|नहीं|\bليس|\bليست|\bلا\b|[?؟？]",
    re.IGNORECASE,
)
_ANY_LETTER: Final = re.compile(r"(?<![A-Za-z])[A-F](?![A-Za-z])")
_SENTENCE: Final = re.compile(r"[.!;。！؛।\n]+")
_ORDER = re.compile(r"(?<![\w>=])([A-F])\s*>\s*[A-F](?:\s*[>=]\s*[A-F])*(?![\w>=])")


def letters_named_best(text: str, letters: str) -> set[str]:
    """Return the letter that a text calls the best; empty where it names none, or several.

    Example:
        >>> letters_named_best("Response B is clearly the best, A is too short.", "ABCD")
        {'B'}
        >>> letters_named_best("B is not the best.", "ABCD")
        set()
    """
    found = _named(text, letters, _BEST_AFTER, _BEST_BEFORE)
    found |= {match[1] for match in _ORDER.finditer(text) if match[1] in letters}
    return found if len(found) == 1 else set()


def letters_named_worst(text: str, letters: str) -> set[str]:
    """Return the letter that a text calls the worst; empty where it names none, or several."""
    found = _named(text, letters, _WORST_AFTER, ())
    return found if len(found) == 1 else set()


def _named(text: str, letters: str, after: Sequence[str], before: Sequence[str]) -> set[str]:
    if not _ANY_LETTER.search(text):
        return set()
    patterns = _patterns(letters, tuple(after), tuple(before))
    return {
        match["letter"] or match["alone"]
        for sentence in _SENTENCE.split(unicodedata.normalize("NFKC", text))
        if not _TURNED.search(sentence)
        for pattern in patterns
        for match in pattern.finditer(sentence)
    }


@lru_cache
def _patterns(letters: str, after: tuple[str, ...], before: tuple[str, ...]) -> list[re.Pattern[str]]:
    named = _LETTER.replace("{letters}", letters)
    # Without "response" before it no letter that is a word of its own: "a" and "e" are in several languages.
    alone = _LETTER.replace("{letters}", "".join(each for each in letters if each not in "AE"))
    alone = alone.replace("?P<letter>", "?P<alone>")
    noun = rf"(?i:{_NOUN})\s*"
    patterns = [rf"(?:{noun}{named}|(?i:{_CLAUSE}){alone})\s*(?:{noun})?(?i:{'|'.join(after)})"]
    if before:
        patterns.append(rf"(?i:(?:{'|'.join(before)})\s*(?:the )?)(?:{noun}{named}|{alone})")
    return [re.compile(pattern) for pattern in patterns]
