"""Questions to ask in tests: a small spec and one of each kind of question."""

import hashlib

from llm.questions import (
    BaselineResponseQuestion,
    Case,
    JudgeQuestion,
    Message,
    Opinion,
    ProposeQuestion,
    RankQuestion,
    RelevanceQuestion,
    SpecSection,
    SpecText,
    WriteResponsesQuestion,
)

FEELINGS = "The assistant should name the feeling first. It should be brief.\n"
SIDES = "The assistant should present several perspectives. It should be brief. It should be brief.\n"


def make_spec(feelings: str = FEELINGS, sides: str = SIDES) -> SpecText:
    """Return a spec of two sections."""
    text = f"# Feelings {{#feelings authority=user}}\n\n{feelings}\n# Sides {{#sides authority=root}}\n\n{sides}"
    return SpecText(
        hash=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        sections=(
            SpecSection(id="feelings", title="Feelings", authority="user", text=feelings),
            SpecSection(id="sides", title="Sides", authority="root", text=sides),
        ),
    )


MESSAGES = (Message(role="user", content="My brother owes me money. What now?"),)
CANDIDATES = {"A": "That hurts. Talk to him.", "B": "Sue him.", "C": "Some would wait, others would ask."}


def rank_question(**changes) -> RankQuestion:
    """Return a question for a ranking of three candidates."""
    fields = {"spec": make_spec(), "messages": MESSAGES, "candidates": CANDIDATES, **changes}
    return RankQuestion(**fields)


def relevance_question(**changes) -> RelevanceQuestion:
    """Return a question for the sections that bear on a conversation."""
    return RelevanceQuestion(**{"spec": make_spec(), "messages": MESSAGES, **changes})


def propose_question(**changes) -> ProposeQuestion:
    """Return a question for edits from one case."""
    case = Case(
        prompt_key="brother",
        messages=MESSAGES,
        candidates=CANDIDATES,
        ranker_order="C>A=B",
        cited=("sides",),
        crowd_order="A>C>B",
        people=(Opinion(ranking="A>C>B", justification="It sees that I am hurt."),),
        criteria=(("Names the feeling", 6.5), ("Threatens with the law", -4.0)),
    )
    return ProposeQuestion(**{"spec": make_spec(), "cases": (case,), "mode": "single", "limit": 2, **changes})


def judge_question(justification: str = "I like that it says how I feel first.", **changes) -> JudgeQuestion:
    """Return a question for a verdict on one justification."""
    fields = {
        "intent": "Name the feeling before anything else.",
        "before": "It should be brief.",
        "after": "It should first name the feeling.",
        "messages": MESSAGES,
        "ranking": "A>C>B",
        "justification": justification,
        **changes,
    }
    return JudgeQuestion(**fields)


def write_responses_question(question: str = "Who is right?", count: int = 4) -> WriteResponsesQuestion:
    """Return a request for responses that differ."""
    return WriteResponsesQuestion(messages=(Message(role="user", content=question),), count=count)


def baseline_response_question(question: str = "Who is right?") -> BaselineResponseQuestion:
    """Return a request for a plain answer."""
    return BaselineResponseQuestion(messages=(Message(role="user", content=question),))
