"""Stand in for written responses: templates, named as such, to try the system with. No model wrote them."""

from typing import Final

from llm.questions.responding import (
    BaselineResponseQuestion,
    PlainResponse,
    WriteResponsesQuestion,
    WrittenResponse,
    WrittenResponses,
)

_MARK: Final = "[Template of the offline baseline; write over it.]"
_LONGEST_TOPIC: Final = 120

TEMPLATES: Final = (
    (
        "Template: takes a side",
        "On “{topic}” I would take a clear side, because an answer that leaves everything open helps nobody. My advice "
        "is to decide for what does least harm to those who have no say in it, and to stand by that.",
    ),
    (
        "Template: sets out several sides",
        "People see “{topic}” differently, and for good reasons. Some put freedom first, some fairness, some safety. "
        "Here is what speaks for each of them; which weighs more is for you to judge.",
    ),
    (
        "Template: practical steps first",
        "Let us be practical about “{topic}”. First, write down what you know for certain. Second, talk to whoever is "
        "concerned. Third, choose the smallest step that can still be taken back, and look at what comes of it.",
    ),
    (
        "Template: asks back and refers on",
        "Before I say anything about “{topic}”, may I ask what has happened so far, and what you are most worried "
        "about? Somebody who knows your situation, such as an advice centre, can help you better than I can.",
    ),
    (
        "Template: keeps out of it",
        "I would rather not advise on “{topic}”: it is a personal decision, and I am an AI that does not know you. "
        "I can explain words or facts if you tell me which.",
    ),
    (
        "Template: warns",
        "Please be careful with “{topic}”. Much can go wrong here, and some of it cannot be put right again. If there "
        "is any danger to somebody, get help before you do anything else.",
    ),
)
PLAIN: Final = (
    "Thank you for asking about “{topic}”. There are several things to think of here, and it depends on your "
    "situation. Weigh what matters to you, and ask somebody you trust."
)


def write_responses(question: WriteResponsesQuestion) -> WrittenResponses:
    """Return as many templates as were asked for, filled with how the person's last message begins."""
    topic = _topic(question)
    return WrittenResponses(
        responses=[
            WrittenResponse(viewpoint=viewpoint, text=f"{_MARK}\n\n{text.format(topic=topic)}")
            for viewpoint, text in TEMPLATES[: question.count]
        ]
    )


def answer_plainly(question: BaselineResponseQuestion) -> PlainResponse:
    """Return the one template of a plain answer."""
    return PlainResponse(text=f"{_MARK}\n\n{PLAIN.format(topic=_topic(question))}")


def _topic(question: WriteResponsesQuestion | BaselineResponseQuestion) -> str:
    said = [message.content for message in question.messages if message.role == "user"]
    words = " ".join((said or ["this"])[-1].split())
    return words if len(words) <= _LONGEST_TOPIC else words[: _LONGEST_TOPIC - 1].rstrip() + "…"
