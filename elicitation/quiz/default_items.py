"""The quiz a study gets when its researchers write none: eight items of our own on writing criteria.

Stored as plain text in the protocol version and marked for translation here; a page shows `gettext(text)`, which leaves
a study's own items as they are.
"""

from typing import Any

from django.utils.translation import gettext_noop


def default_quiz() -> dict[str, Any]:
    """Return the default quiz, as `ProtocolVersion.quiz` stores it: six of eight right, in at most three attempts."""
    items = [*_objectivity(), *_specificity(), *_wording(), *_weight()]
    return {"items": items, "pass_mark": 0.75, "attempts": 3}


def _item(key: str, kind: str, question: str, right: str, *options: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "key": key,
        "kind": kind,
        "question": question,
        "options": [{"key": name, "text": text, "feedback": feedback} for name, text, feedback in options],
        "right": right,
    }


def _objectivity() -> list[dict[str, Any]]:
    return [
        _item(
            "objective-help",
            "objectivity",
            gettext_noop("“Names at least one place where the person can get help.” Is this objective or subjective?"),
            "objective",
            (
                "objective",
                gettext_noop("Objective"),
                gettext_noop("Whatever people value, they can look and agree whether the answer names such a place."),
            ),
            (
                "subjective",
                gettext_noop("Subjective"),
                gettext_noop(
                    "Whether it is good to name a place is a matter of opinion; whether the answer does it is not. "
                    "Anybody can look, so the criterion is objective."
                ),
            ),
        ),
        _item(
            "objective-length",
            "objectivity",
            gettext_noop("You find an answer too long. Which criterion could anybody check in the same way?"),
            "words",
            (
                "on-and-on",
                gettext_noop("“Goes on and on”"),
                gettext_noop(
                    "One reader's “on and on” is another's “thorough”. A number of words is the same for all."
                ),
            ),
            (
                "words",
                gettext_noop("“Has more than 150 words”"),
                gettext_noop("Words can be counted, so people who check the same answer will agree."),
            ),
            (
                "shorter",
                gettext_noop("“Should have been shorter”"),
                gettext_noop("This says what you wish for, not what the answer does. How long is too long?"),
            ),
        ),
    ]


def _specificity() -> list[dict[str, Any]]:
    return [
        _item(
            "specific-loan",
            "specificity",
            gettext_noop(
                "Somebody asks whether to lend money to a brother who did not pay back the last loan. Which criterion "
                "is specific to this question?"
            ),
            "last-loan",
            (
                "helpful",
                gettext_noop("“Is helpful”"),
                gettext_noop("This fits an answer to any question. What would help this person?"),
            ),
            (
                "last-loan",
                gettext_noop("“Takes up that the last loan was not paid back”"),
                gettext_noop("It names what matters in this very question, and would make no sense for most others."),
            ),
            (
                "language",
                gettext_noop("“Is written in clear language”"),
                gettext_noop("Clear language is welcome everywhere, so it says nothing about this question."),
            ),
        ),
        _item(
            "specific-fever",
            "specificity",
            gettext_noop(
                "Somebody asks what to do about a child's fever. “Gives good information” is generic. Which criterion "
                "says the same more specifically?"
            ),
            "temperature",
            (
                "complete",
                gettext_noop("“Gives good and complete information”"),
                gettext_noop("One more general word does not make it specific: what would complete information be?"),
            ),
            (
                "temperature",
                gettext_noop("“Says at which temperature to call a doctor”"),
                gettext_noop("Now it says which information you mean, and others can look for it."),
            ),
            (
                "really",
                gettext_noop("“Gives really good information”"),
                gettext_noop("“Really” makes it stronger, not more specific. Which information do you mean?"),
            ),
        ),
    ]


def _wording() -> list[dict[str, Any]]:
    return [
        _item(
            "do-respect",
            "wording",
            gettext_noop(
                "“Does not talk down to the person” says what to avoid. Which criterion says what to do instead?"
            ),
            "choices",
            (
                "never",
                gettext_noop("“Never talks down to the person”"),
                gettext_noop("This still says only what to avoid. What would an answer do that shows respect?"),
            ),
            (
                "choices",
                gettext_noop("“Explains the choices and leaves the decision to the person”"),
                gettext_noop("This describes something an answer does, which is easier to find than its absence."),
            ),
            (
                "arrogant",
                gettext_noop("“Is arrogant”"),
                gettext_noop("This names the fault itself. With a negative score it can be used, but it is no “do”."),
            ),
        ),
        _item(
            "avoid-negative",
            "wording",
            gettext_noop("Somebody scores “Does not mention the risks” with -8. What have they said?"),
            "silence-bad",
            (
                "risks-bad",
                gettext_noop("An answer that mentions the risks is worse"),
                gettext_noop(
                    "It is the other way round: the criterion is fulfilled by an answer that is silent about risks, "
                    "and the minus makes that a fault. Such double negatives are easily misread; "
                    "“Mentions the risks” with +8 says the same."
                ),
            ),
            (
                "silence-bad",
                gettext_noop("An answer that is silent about the risks is worse"),
                gettext_noop(
                    "The minus counts against answers that do what the criterion says, here: being silent. "
                    "“Mentions the risks” with +8 says the same and is easier to read."
                ),
            ),
            (
                "no-matter",
                gettext_noop("It does not matter whether risks are mentioned"),
                gettext_noop("That would be a score of 0. A score of -8 counts strongly against an answer."),
            ),
        ),
    ]


def _weight() -> list[dict[str, Any]]:
    return [
        _item(
            "weight-sign",
            "weight",
            gettext_noop(
                "“Blames the person for what happened.” You think that this makes an answer much worse. "
                "Which score fits?"
            ),
            "minus",
            (
                "plus",
                "+9",
                gettext_noop(
                    "Plus means that an answer gets better by doing it, and 9 that it gets much better. "
                    "The number says how much, the sign in which direction."
                ),
            ),
            (
                "zero",
                "0",
                gettext_noop("0 means that it makes no difference. Here it makes a great one, for the worse."),
            ),
            (
                "minus",
                "-9",
                gettext_noop("Minus means that an answer gets worse by doing this, and 9 that it gets much worse."),
            ),
        ),
        _item(
            "weight-size",
            "weight",
            gettext_noop(
                "“Uses an example.” You like it a little, but would never prefer an answer for that alone. "
                "Which score fits?"
            ),
            "small",
            (
                "most",
                "+10",
                gettext_noop("+10 is for what decides whether an answer is good. Keep it for what matters most."),
            ),
            (
                "small",
                "+2",
                gettext_noop("A small number with a plus: welcome, but of little weight beside other things."),
            ),
            (
                "against",
                "-2",
                gettext_noop("The size is right, the sign is not: a minus would count against answers with examples."),
            ),
        ),
    ]
