"""The demo study as questions: its spec, its simulated crowd, its cases, real or with every ranking shuffled."""

from functools import cache

import numpy as np

from datasets.demo import content
from datasets.demo.answering import Crowd, simulate
from llm.offline import answer
from llm.offline.crowd import case_rankings
from llm.questions import Case, Message, Opinion, ProposedEdit, RankQuestion, SpecText
from measures.rankings import format_ranking, parse, places_by_score, utilities

from .specs import spec_text


@cache
def demo_spec() -> SpecText:
    return spec_text(content.spec_path().read_text("utf-8"))


@cache
def demo_crowd() -> Crowd:
    return simulate()


def ranker_order(spec: SpecText, prompt: content.DemoPrompt) -> str:
    candidates = {one.letter: one.text for one in prompt.answers}
    return answer(RankQuestion(spec=spec, messages=messages(prompt), candidates=candidates)).ranking


def messages(prompt: content.DemoPrompt) -> tuple[Message, ...]:
    return tuple(Message(**message) for message in prompt.messages)


def case(prompt: content.DemoPrompt, *, shuffled_by: np.random.Generator | None = None) -> Case:
    """Return a prompt as a case; shuffled, every person's letters are dealt anew, so that no taste is left."""
    people = []
    for given in demo_crowd().by_prompt[prompt.key]:
        order = given.personal.order
        if order and shuffled_by is not None:
            places = parse(order)
            order = format_ranking(places[shuffled_by.permutation(len(places))])
        if order:
            people.append(Opinion(ranking=order, justification=given.personal.justification))
    mean = np.mean([utilities(parse(opinion.ranking)) for opinion in people], axis=0)
    return Case(
        prompt_key=prompt.key,
        messages=messages(prompt),
        candidates={one.letter: one.text for one in prompt.answers},
        ranker_order=ranker_order(demo_spec(), prompt),
        crowd_order=format_ranking(places_by_score(mean, tolerance=0.02)),
        people=tuple(people),
    )


def agreement(spec: SpecText, cases: list[Case]) -> float:
    """Return the offline ranker's pair agreement with the people of the cases."""
    by_key = {prompt.key: prompt for prompt in content.prompts()}
    values = []
    for one in cases:
        numbers = case_rankings(one)
        assert numbers is not None
        values.append(numbers.agreement(parse(ranker_order(spec, by_key[one.prompt_key]))))
    return float(np.mean(values))


def applied(spec: SpecText, edit: ProposedEdit) -> SpecText:
    """Return the spec with a replacement or an insertion made (the documents' own verbs live above this layer)."""
    section = spec.by_id[edit.section_id]
    assert section.text.count(edit.anchor) == 1
    text = edit.text if edit.operation == "replace" else f"{edit.anchor} {edit.text}"
    return spec_text(spec.text.replace(section.text, section.text.replace(edit.anchor, text)))
