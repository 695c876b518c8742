"""Ranking by a spec: what is asked, what is kept, and that it is asked once."""

import pytest

from llm.errors import AnswerUnusable, BudgetExhausted
from spec_loop.document import spec_text
from spec_loop.models import SectionRelevance, SpecRanking
from spec_loop.rankers import (
    Ranker,
    UnknownRanker,
    collect_verdicts,
    grade_sections,
    parse_ranker,
    rank_prompt,
    rank_study,
    shown_order,
    stored_counts,
    stored_relevance,
    stored_verdicts,
)
from spec_loop.ranking_files import Ranked, write_rankings
from tests.factories import make_prompt, make_study

from .asking import SPEC

pytestmark = pytest.mark.django_db
MODEL = "openai:some-model"


@pytest.fixture
def spec():
    return spec_text(SPEC)


@pytest.mark.parametrize("name", ["offline", "openai:gpt-5", "file:/tmp/some rankings.jsonl"])
def test_the_three_kinds_of_rankers_are_known(name):
    assert parse_ranker(name) == Ranker(name)


@pytest.mark.parametrize(
    "name", ["", "Offline", "offline:", "openai", "openai:", "openai: ", "file:", "gpt-5", "openai:" + "x" * 120]
)
def test_other_names_are_refused(name):
    with pytest.raises(UnknownRanker, match="offline, openai:MODEL or file:PATH"):
        parse_ranker(name)


def test_the_answer_is_turned_back_into_the_prompts_own_letters(gateway, spec):
    """The fake ranks by text, so whatever order it saw, the last letter's answer comes first."""
    study = make_study()
    orders = set()
    for _ in range(8):
        prompt = make_prompt(study)
        row = rank_prompt(spec=spec, prompt=prompt, ranker=MODEL)
        assert row.order == "D>C>B>A"
        orders.add(row.shown_order)
    assert len(orders) > 3


def test_candidates_are_shown_in_the_order_that_is_kept(gateway, spec):
    prompt = make_prompt(make_study())
    row = rank_prompt(spec=spec, prompt=prompt, ranker=MODEL)
    question = gateway.asked[0][0]
    texts = {response.letter: response.text for response in prompt.responses.all()}
    assert list(question.candidates) == ["A", "B", "C", "D"]
    assert list(question.candidates.values()) == [texts[letter] for letter in row.shown_order]
    assert (row.cited, row.reason, row.ledger_entry) == (["brief"], "By the last letter.", 7)


def test_the_order_shown_depends_on_spec_prompt_ranker_and_repeat():
    study = make_study()
    prompts = [make_prompt(study, key=key) for key in ("p1", "p2")]
    shown = shown_order("hash", prompts[0], "offline")
    assert shown == shown_order("hash", prompts[0], "offline")
    assert sorted(shown) == list("ABCD")
    for changed in (
        {shown_order(f"hash{i}", prompts[0], "offline") for i in range(20)},
        {shown_order("hash", prompts[0], f"openai:{i}") for i in range(20)},
        {shown_order("hash", prompts[0], "offline", repeat) for repeat in range(20)},
    ):
        assert len(changed) > 5
    assert len({shown_order("hash" * i, prompts[1], "offline") for i in range(20)}) > 5


def test_every_place_is_shown_first_about_equally_often():
    prompt = make_prompt(make_study())
    first = [shown_order(str(i), prompt, "offline")[0] for i in range(2000)]
    assert all(430 < first.count(letter) < 570 for letter in "ABCD")


def test_a_prompt_is_ranked_once(gateway, spec):
    prompt = make_prompt(make_study())
    one = rank_prompt(spec=spec, prompt=prompt, ranker=MODEL)
    assert rank_prompt(spec=spec, prompt=prompt, ranker=MODEL) == one
    assert len(gateway.asked) == 1


def test_repeats_other_specs_and_other_models_are_other_questions(gateway, spec):
    prompt = make_prompt(make_study())
    rank_prompt(spec=spec, prompt=prompt, ranker=MODEL)
    rank_prompt(spec=spec, prompt=prompt, ranker=MODEL, repeat=1)
    rank_prompt(spec=spec, prompt=prompt, ranker="openai:other")
    rank_prompt(spec=spec_text(SPEC + "\nMore.\n"), prompt=prompt, ranker=MODEL)
    assert SpecRanking.objects.count() == 4


def test_an_outdated_baseline_ranks_again_in_the_same_row(gateway, spec, monkeypatch):
    study = make_study()
    prompt = make_prompt(study)
    first = rank_prompt(spec=spec, prompt=prompt, ranker="offline")
    grade_sections(spec=spec, prompt=prompt, grader="offline")
    monkeypatch.setattr("llm.offline.VERSION", "another")
    assert stored_verdicts(study=study, spec_hash=spec.hash, ranker="offline").ranked == {}
    assert stored_relevance(spec.hash, "offline", [prompt.pk]) == {}
    again = rank_prompt(spec=spec, prompt=prompt, ranker="offline")
    assert (again.pk, again.ranker_version) == (first.pk, "another")
    assert SpecRanking.objects.count() == 1


def test_a_file_cannot_be_asked(spec):
    with pytest.raises(UnknownRanker, match="cannot be asked"):
        rank_prompt(spec=spec, prompt=make_prompt(make_study()), ranker="file:x.jsonl")


def test_only_the_highest_grade_makes_a_section_govern_a_prompt(gateway, spec):
    prompt = make_prompt(make_study())
    assert grade_sections(spec=spec, prompt=prompt, grader=MODEL).grades == {"brief": 5, "kind": 4}
    grade_sections(spec=spec, prompt=prompt, grader=MODEL)
    assert len(gateway.asked) == 1
    assert stored_relevance(spec.hash, MODEL, [prompt.pk]) == {prompt.pk: frozenset({"brief"})}


def test_a_study_is_ranked_and_graded_with_progress_and_not_twice(gateway, spec):
    study = make_study()
    prompts = [make_prompt(study) for _ in range(3)]
    seen: list[tuple[int, int]] = []
    result = rank_study(
        spec=spec, prompts=prompts, ranker=MODEL, account="run:1", progress=lambda *step: seen.append(step)
    )
    assert (result.known, result.asked, result.failed) == (0, 3, {})
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert {account for _, _, account, _ in gateway.asked} == {"run:1"}
    assert (SpecRanking.objects.count(), SectionRelevance.objects.count(), len(gateway.asked)) == (3, 3, 6)
    assert rank_study(spec=spec, prompts=prompts, ranker=MODEL).known == 3
    assert len(gateway.asked) == 6


def test_a_ranking_that_takes_too_long_leaves_the_rest_for_another_call(gateway, spec):
    study = make_study()
    prompts = [make_prompt(study) for _ in range(3)]
    result = rank_study(spec=spec, prompts=prompts, ranker=MODEL, seconds=0)
    assert (result.asked, result.left) == (0, 3)
    assert rank_study(spec=spec, prompts=prompts, ranker=MODEL, seconds=60).left == 0


def test_rankings_are_counted_by_spec_and_ranker(gateway, spec, monkeypatch):
    study = make_study()
    prompts = [make_prompt(study) for _ in range(3)]
    rank_study(spec=spec, prompts=prompts, ranker="offline")
    rank_study(spec=spec, prompts=prompts[:2], ranker=MODEL)
    rank_prompt(spec=spec, prompt=prompts[2], ranker=MODEL, repeat=1)
    rank_prompt(spec=spec, prompt=make_prompt(make_study()), ranker=MODEL)
    assert stored_counts(study) == {(spec.hash, "offline"): 3, (spec.hash, MODEL): 2}
    monkeypatch.setattr("llm.offline.VERSION", "another")
    assert stored_counts(study) == {(spec.hash, MODEL): 2}


def test_an_unusable_answer_leaves_out_its_prompt_and_says_why(gateway, spec):
    study = make_study()
    good, bad = make_prompt(study), make_prompt(study, messages=[{"role": "user", "content": "garble"}])
    gateway.refuse["garble"] = AnswerUnusable("The model refused.")
    verdicts = collect_verdicts(study=study, spec=spec, ranker=Ranker(MODEL))
    assert list(verdicts.ranked) == [good.pk]
    assert verdicts.failed == {bad.key: "The model refused."}


def test_an_empty_budget_stops_and_keeps_what_was_answered(gateway, spec):
    study = make_study()
    prompts = [make_prompt(study), make_prompt(study, messages=[{"role": "user", "content": "dear"}])]
    gateway.refuse["dear"] = BudgetExhausted("Nothing is left.")
    with pytest.raises(BudgetExhausted):
        rank_study(spec=spec, prompts=prompts, ranker=MODEL)
    assert SpecRanking.objects.count() == 1
    gateway.refuse.clear()
    assert rank_study(spec=spec, prompts=prompts, ranker=MODEL).known == 1


def test_a_file_says_rankings_and_sections_and_leaves_no_rows(gateway, spec, tmp_path):
    study = make_study()
    prompt, other = make_prompt(study), make_prompt(study)
    path = tmp_path / "rankings.jsonl"
    write_rankings(path, [(prompt.key, Ranked("A>B=C>D", ("kind", "nowhere")))])
    verdicts = collect_verdicts(study=study, spec=spec, ranker=Ranker(f"file:{path}"))
    assert {pk: ranked.order for pk, ranked in verdicts.ranked.items()} == {prompt.pk: "A>B=C>D"}
    assert verdicts.relevant == {prompt.pk: frozenset({"kind", "nowhere"})}
    assert other.pk not in verdicts.ranked
    assert gateway.asked == []
    assert SpecRanking.objects.count() == 0
