"""Answer a request as a sensible model would: read its blocks back into the question and answer that.

Nothing but the words of the request is used, so a question that leaves out what is needed cannot be answered.
"""

import json
import re
from collections.abc import Callable
from typing import Any, Literal

from llm.questions import (
    BaselineResponseQuestion,
    Case,
    Judgement,
    JudgeQuestion,
    Message,
    Opinion,
    PlainResponse,
    Proposed,
    ProposedEdit,
    ProposeQuestion,
    Question,
    Ranked,
    RankQuestion,
    Relevance,
    RelevanceQuestion,
    StructuredAnswer,
    WriteResponsesQuestion,
    WrittenResponse,
    WrittenResponses,
)
from spec_loop.document.material import spec_text

Answerer = Callable[[Question[Any]], StructuredAnswer]


def answer_request(purpose: str, instructions: str, material: str, answerer: Answerer) -> str:
    """Return the JSON of the answer that `answerer` gives."""
    return answerer(READERS[purpose](read_blocks(material), instructions)).model_dump_json()


def read_blocks(material: str) -> dict[str, str]:
    """Return the texts of a rendered material by name, as the reading rule says."""
    found, position = {}, 0
    while match := re.compile(r"<<<begin (\S+) (\w+)>>>\n").search(material, position):
        end = material.index(f"\n<<<end {match[1]} {match[2]}>>>", match.end())
        found[match[1]] = material[match.end() : end]
        position = end
    return found


def simple_answer(question: Question[Any]) -> StructuredAnswer:
    """Return an answer by a rule anyone can follow, which depends on the spec's text and is the same every time."""
    if isinstance(question, RankQuestion):
        return _ranked(question)
    if isinstance(question, RelevanceQuestion):
        sections = question.spec.sections
        return Relevance.model_validate({"grades": [{"section_id": one.id, "grade": 5} for one in sections[:1]]})
    if isinstance(question, ProposeQuestion):
        return Proposed(edits=[_edit(question, case) for case in question.cases][:1])
    if isinstance(question, WriteResponsesQuestion):
        return WrittenResponses(responses=[_written(question, number) for number in range(question.count)])
    if isinstance(question, BaselineResponseQuestion):
        return PlainResponse(text=f"Plainly: {question.messages[-1].content}")
    assert isinstance(question, JudgeQuestion)
    words = set(question.intent.lower().split()) & set(question.justification.lower().split())
    verdict: Literal["supports", "does_not_comment"] = "supports" if words else "does_not_comment"
    return Judgement(verdict=verdict, quote=question.justification if words else "")


def _written(question: WriteResponsesQuestion, number: int) -> WrittenResponse:
    return WrittenResponse(viewpoint=f"view {number}", text=f"Answer {number}: {question.messages[-1].content}")


def _ranked(question: RankQuestion) -> Ranked:
    """Rank by how many of the spec's long words a candidate holds."""
    words = set(re.findall(r"\w{5,}", question.spec.text.lower()))
    shares = {
        letter: len(words & set(re.findall(r"\w{5,}", text.lower()))) for letter, text in question.candidates.items()
    }
    groups = [
        "=".join(k for k, v in shares.items() if v == share) for share in sorted(set(shares.values()), reverse=True)
    ]
    cited = [section.id for section in question.spec.sections[:1]]
    return Ranked(reason="By the words they share with the spec.", cited=cited, ranking=">".join(groups))


def _edit(question: ProposeQuestion, case: Case) -> ProposedEdit:
    """Add to the last section the response the crowd likes best, as a sentence."""
    best = case.candidates[case.crowd_order[0]]
    return ProposedEdit(
        intent="Do as people prefer.",
        kind="change_of_principle",
        operation="insert_text",
        section_id=question.spec.sections[-1].id,
        anchor="",
        text="The assistant should answer in this manner: " + " ".join(re.findall(r"\w+", best)[:30]) + ".",
    )


WRONG: dict[str, StructuredAnswer] = {
    "rank": Ranked(reason="", cited=[], ranking="A>A"),
    "relevance": Relevance.model_validate({"grades": [{"section_id": "no-such-section", "grade": 5}]}),
    "propose": Proposed(
        edits=[
            ProposedEdit(
                intent="x",
                kind="clarification",
                operation="replace",
                section_id="no-such-section",
                anchor="x",
                text="y",
            )
        ]
    ),
    "judge": Judgement(verdict="supports", quote="Nobody wrote this sentence."),
    "write_responses": WrittenResponses(responses=[]),
    "baseline_response": PlainResponse(text=" "),
}


# --- questions from their words ---------------------------------------------------------------------


def _rows(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def _messages(text: str) -> tuple[Message, ...]:
    return tuple(Message(**row) for row in _rows(text))


def _candidates(blocks: dict[str, str], prefix: str = "") -> dict[str, str]:
    start = f"{prefix}candidate-"
    return {name.removeprefix(start): text for name, text in blocks.items() if name.startswith(start)}


def _read_rank(blocks: dict[str, str], instructions: str) -> RankQuestion:
    return RankQuestion(
        spec=spec_text(blocks["spec"]), messages=_messages(blocks["conversation"]), candidates=_candidates(blocks)
    )


def _read_relevance(blocks: dict[str, str], instructions: str) -> RelevanceQuestion:
    return RelevanceQuestion(spec=spec_text(blocks["spec"]), messages=_messages(blocks["conversation"]))


def _read_propose(blocks: dict[str, str], instructions: str) -> ProposeQuestion:
    numbers = [name.split("-")[1] for name in blocks if name.endswith("-orders")]
    limit = re.search(r"at most (\d+) edits", instructions)
    assert limit
    mode: Literal["single", "batch"] = "single" if "You are given one case." in instructions else "batch"
    cases = tuple(_read_case(blocks, f"case-{number}-") for number in numbers)
    return ProposeQuestion(spec=spec_text(blocks["spec"]), cases=cases, mode=mode, limit=int(limit[1]))


def _read_case(blocks: dict[str, str], prefix: str) -> Case:
    orders = json.loads(blocks[f"{prefix}orders"])
    return Case(
        prompt_key=prefix,
        messages=_messages(blocks[f"{prefix}conversation"]),
        candidates=_candidates(blocks, prefix),
        ranker_order=orders["ranker"],
        cited=tuple(orders["sections the ranker relied on"]),
        crowd_order=orders["crowd"],
        people=tuple(Opinion(**row) for row in _rows(blocks[f"{prefix}people"])),
        criteria=tuple((row["criterion"], row["mean"]) for row in _rows(blocks[f"{prefix}criteria"])),
    )


def _read_judge(blocks: dict[str, str], instructions: str) -> JudgeQuestion:
    return JudgeQuestion(
        intent=blocks["intent"],
        before=blocks["passage-before"],
        after=blocks["passage-after"],
        messages=_messages(blocks["conversation"]),
        ranking=blocks["ranking"],
        justification=blocks["justification"],
    )


def _read_write_responses(blocks: dict[str, str], instructions: str) -> WriteResponsesQuestion:
    count = re.search(r"Write (\d) responses", instructions)
    assert count
    return WriteResponsesQuestion(messages=_messages(blocks["conversation"]), count=int(count[1]))


def _read_baseline_response(blocks: dict[str, str], instructions: str) -> BaselineResponseQuestion:
    return BaselineResponseQuestion(messages=_messages(blocks["conversation"]))


READERS: dict[str, Callable[[dict[str, str], str], Question[Any]]] = {
    "rank": _read_rank,
    "relevance": _read_relevance,
    "propose": _read_propose,
    "judge": _read_judge,
    "write_responses": _read_write_responses,
    "baseline_response": _read_baseline_response,
}
