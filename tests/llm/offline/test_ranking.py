"""The offline ranker follows the spec's wording, turns with it, and says on what it relied."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from llm.offline import answer
from llm.questions import RankQuestion

from .specs import ASKING, BOTH_SIDES, LECTURE, ONE_SIDE, one_section, ranking, spec_text

WANTS_SIDES = one_section("The assistant should present several perspectives.")
WANTS_ONE = one_section("The assistant should take a side. It should not present several perspectives.")


def test_it_follows_the_spec():
    assert answer(ranking(WANTS_SIDES, ONE_SIDE, BOTH_SIDES)).ranking == "B>A"


def test_it_turns_with_the_spec():
    assert answer(ranking(WANTS_ONE, ONE_SIDE, BOTH_SIDES)).ranking == "A>B"


def test_equal_answers_are_tied():
    assert answer(ranking(WANTS_SIDES, BOTH_SIDES, ONE_SIDE, BOTH_SIDES)).ranking == "A=C>B"


def test_a_spec_that_says_nothing_ties_all_and_cites_nothing():
    ranked = answer(ranking(one_section("The sky is blue."), ONE_SIDE, BOTH_SIDES))
    assert (ranked.ranking, ranked.cited) == ("A=B", [])


def test_the_order_does_not_depend_on_the_letters():
    assert answer(ranking(WANTS_SIDES, LECTURE, BOTH_SIDES, ONE_SIDE)).ranking.replace("=", ">").startswith("B")
    assert answer(ranking(WANTS_SIDES, BOTH_SIDES, ONE_SIDE, LECTURE)).ranking.replace("=", ">").startswith("A")


def test_the_section_that_decided_is_cited():
    spec = spec_text(
        "# Sides {#sides authority=user}\nThe assistant should present several perspectives.\n"
        "# Duty {#duty authority=user}\nThe assistant should not moralise.\n"
        "# Humour {#humour authority=user}\nThe assistant should use humour.\n"
    )
    assert answer(ranking(spec, LECTURE, "You could tell her tomorrow.")).cited == ["duty"]


def test_a_higher_authority_weighs_more():
    def spec(sides: str, moral: str):
        return spec_text(
            f"# A {{#a authority={sides}}}\nThe assistant should not present several perspectives.\n"
            f"# B {{#b authority={moral}}}\nThe assistant should not moralise.\n"
        )

    assert answer(ranking(spec("root", "guideline"), BOTH_SIDES, LECTURE)).ranking == "B>A"
    assert answer(ranking(spec("guideline", "root"), BOTH_SIDES, LECTURE)).ranking == "A>B"


def test_examples_and_commentary_do_not_instruct():
    body = (
        'The sky is blue.\n\n!!! meta "Commentary"\n    The assistant should moralise.\n\n'
        "**Example**: the assistant should moralise\n\n~~~xml\nThe assistant should moralise.\n~~~\n"
    )
    assert answer(ranking(one_section(body), LECTURE, ONE_SIDE)).ranking == "A=B"


def test_a_call_with_warm_caches_takes_under_3_ms():
    question = ranking(WANTS_SIDES, ONE_SIDE, BOTH_SIDES, LECTURE)
    answer(question)
    start = time.perf_counter()
    for _ in range(50):
        answer(question)
    assert (time.perf_counter() - start) / 50 < 0.003


texts = st.text(max_size=300) | st.lists(
    st.sampled_from(
        [
            "the assistant",
            "should",
            "not",
            "never",
            "avoid",
            "several views",
            "\n",
            ".",
            "?",
            "~~~",
            "1.",
            "é",
            "😀",
            ";",
        ]
    ),
    max_size=40,
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(spec=texts, candidates=st.lists(texts, min_size=2, max_size=6))
def test_any_texts_are_ranked_and_the_same_texts_the_same_way(spec: str, candidates: list[str]):
    question = RankQuestion(
        spec=spec_text(f"# A {{#a}}\n{spec}"),
        messages=ASKING,
        candidates=dict(zip("ABCDEF", candidates, strict=False)),
    )
    ranked = answer(question)
    question.check(ranked)
    assert answer(question) == ranked
