"""A study's agreement: which rankings enter which figure."""

import pytest
from django.core.cache import cache

from elicitation.models import AnswerState, Block, IntakeAnswer
from spec_loop import measuring
from spec_loop.agreement import (
    SMALLEST_GROUP,
    NoRankings,
    UnknownBlock,
    choose_block,
    load_groups,
    load_rankings,
    measure_study,
)
from spec_loop.document import spec_text
from spec_loop.measuring import stored_agreement
from spec_loop.rankers import rank_study
from spec_loop.versions import import_spec
from tests.factories import make_assessment, make_participant, make_prompt, make_study
from tests.measures.strategies import CROWD

from .asking import SPEC

pytestmark = pytest.mark.django_db


def say(person, **answers):
    for key, value in answers.items():
        IntakeAnswer.objects.create(
            participant=person, key=key, state=AnswerState.ANSWERED, value=value, original=value
        )


def make_crowd(study, orders=CROWD, **fields):
    """One prompt ranked by a person per order."""
    prompt = make_prompt(study, **fields)
    for order in orders:
        make_assessment(prompt, make_participant(study), personal=order)
    return prompt


def measure(study, ranked, *, block=Block.PERSONAL, relevant=None, resamples=50):
    return measure_study(
        load_rankings(study, block),
        ranked,
        block=block,
        spec=spec_text(SPEC),
        relevant=relevant or {},
        groups=load_groups(study),
        resamples=resamples,
    )


def test_the_crowd_example_through_the_database():
    study = make_study()
    prompt = make_crowd(study)
    found = measure(study, {prompt.pk: "A>B=D>C"})
    assert found.overall.pair_agreement.estimate == pytest.approx(233 / 300)
    assert found.overall.attainable.estimate == pytest.approx(61 / 75)
    assert found.overall.person_to_person.estimate == pytest.approx(41 / 60)
    (only,) = found.by_prompt
    assert (only.people, only.ranker_order, only.crowd_order) == (5, "A>B=D>C", "A>B>D>C")
    assert only.gap == pytest.approx(61 / 75 - 233 / 300)


def test_blocks_are_kept_apart_and_skipped_rankings_left_out():
    study = make_study()
    prompt = make_prompt(study)
    make_assessment(prompt, make_participant(study), personal="A>B>C>D", world="D>C>B>A")
    make_assessment(prompt, make_participant(study), personal="", world="D>C>B>A")
    assert len(load_rankings(study, Block.PERSONAL).rankings) == 1
    assert len(load_rankings(study, Block.WORLD).rankings) == 2
    assert measure(study, {prompt.pk: "A>B>C>D"}, block=Block.WORLD).overall.pair_agreement.estimate == 0
    assert measure(study, {prompt.pk: "A>B>C>D"}).overall.pair_agreement.estimate == 1


def test_personal_is_chosen_where_there_is_any_unless_said():
    study = make_study()
    prompt = make_prompt(study)
    make_assessment(prompt, make_participant(study), personal="", world="A>B>C>D")
    assert choose_block(study, None) == Block.WORLD
    make_assessment(prompt, make_participant(study), personal="A>B>C>D")
    assert choose_block(study, None) == Block.PERSONAL
    assert choose_block(study, "world") == Block.WORLD
    with pytest.raises(UnknownBlock, match="personal and world"):
        choose_block(study, "cosmic")


def test_other_studies_are_left_out():
    study, other = make_study(), make_study()
    make_crowd(study)
    make_crowd(other)
    found = load_rankings(study, Block.PERSONAL)
    assert (len(found.rankings), len(found.prompts), len(found.participants)) == (5, 1, 5)


def test_rankings_can_be_kept_to_some_prompts():
    study = make_study()
    kept = make_crowd(study)
    make_crowd(study)
    found = load_rankings(study, Block.PERSONAL, prompts=[kept.pk])
    assert [prompt.key for prompt in found.prompts] == [kept.key]
    assert len(found.ranking_ids) == 5


def test_the_numbering_does_not_depend_on_the_order_of_arrival():
    """A study imported elsewhere has other primary keys and must have the same intervals."""
    answers = [("p2", "z"), ("p1", "z"), ("p2", "a"), ("p1", "m")]
    orders = {("p1", "z"): "A>B>C", ("p2", "z"): "C>B>A", ("p2", "a"): "A=B>C", ("p1", "m"): "B>A>C"}
    found = []
    for sequence in (answers, list(reversed(answers))):
        study = make_study()
        prompts = {key: make_prompt(study, key=key, position=int(key[1]), responses=3) for key in ("p1", "p2")}
        people = {key: make_participant(study, key=key) for key in dict.fromkeys(person for _, person in sequence)}
        for prompt, person in sequence:
            make_assessment(prompts[prompt], people[person], personal=orders[prompt, person])
        found.append(measure(study, {prompt.pk: "A>B>C" for prompt in prompts.values()}).overall)
    for one, other in zip(found[0].to_json().values(), found[1].to_json().values(), strict=True):
        assert one == pytest.approx(other)


def test_sections_take_the_prompts_they_govern():
    study = make_study()
    one, other = make_crowd(study, ["A>B>C>D"]), make_crowd(study, ["A>B>C>D"])
    found = measure(
        study,
        {one.pk: "A>B>C>D", other.pk: "D>C>B>A"},
        relevant={one.pk: frozenset({"kind", "brief"}), other.pk: frozenset({"brief", "not-in-the-spec"})},
    )
    assert [
        (section.id, section.title, section.authority, section.agreement.prompts) for section in found.by_section
    ] == [("brief", "Be brief", "user", 2), ("kind", "Be kind", "guideline", 1)]
    assert [section.agreement.pair_agreement.estimate for section in found.by_section] == [0.5, 1]


def test_groups_are_measured_and_small_ones_listed_without_a_figure():
    study = make_study()
    prompt = make_prompt(study)
    for number in range(SMALLEST_GROUP + 3):
        person = make_participant(study)
        large = number < SMALLEST_GROUP
        say(person, age="18-24" if large else "65+", **{"ideal-model-behavior": f"thought {number}"})
        make_assessment(prompt, person, personal="A>B>C>D" if large else "D>C>B>A")
    say(make_participant(study), age="35-44")  # who ranked nothing
    found = measure(study, {prompt.pk: "A>B>C>D"}).by_group
    assert [(group.question, group.value, group.people) for group in found] == [
        ("age", "18-24", SMALLEST_GROUP),
        ("age", "65+", 3),
    ]
    assert found[0].agreement is not None
    assert found[0].agreement.pair_agreement.estimate == 1
    assert found[1].to_json() == {"question": "age", "value": "65+", "people": 3, "too_small": True}


def test_groups_are_sorted_by_the_survey_then_by_agreement():
    study = make_study()
    prompt = make_prompt(study)
    for number in range(2 * SMALLEST_GROUP):
        person = make_participant(study)
        low = number % 2
        say(person, zodiac="Leo", gender="Female", age="65+" if low else "18-24")
        make_assessment(prompt, person, personal="D>C>B>A" if low else "A>B>C>D")
    found = measure(study, {prompt.pk: "A>B>C>D"}).by_group
    assert [(group.question, group.value) for group in found] == [
        ("age", "65+"),
        ("age", "18-24"),
        ("gender", "Female"),
        ("zodiac", "Leo"),
    ]


def test_prompts_are_sorted_by_what_could_be_gained():
    study = make_study()
    divided = make_crowd(study, ["A>B>C>D", "D>C>B>A"])
    missed = make_crowd(study, ["A>B>C>D", "A>B>C>D"])
    unranked = make_crowd(study)
    found = measure(study, {divided.pk: "A>B>C>D", missed.pk: "D>C>B>A"})
    assert [each.prompt.pk for each in found.by_prompt] == [missed.pk, divided.pk]
    assert [each.gap for each in found.by_prompt] == pytest.approx([1, 0])
    assert found.not_ranked == 1
    assert unranked.pk not in {each.prompt.pk for each in found.by_prompt}


def test_nothing_to_compare_is_said():
    study = make_study()
    prompt = make_prompt(study)
    with pytest.raises(NoRankings, match="Nobody has ranked"):
        measure(study, {prompt.pk: "A>B>C>D"})
    make_assessment(prompt, make_participant(study), personal="A>B>C>D")
    with pytest.raises(NoRankings, match="ranked none of the prompts"):
        measure(study, {})


def test_figures_are_remembered_until_the_data_change(gateway, monkeypatch):
    cache.clear()
    study = make_study()
    prompt = make_crowd(study)
    version = import_spec(by=None, name="rules", data=SPEC.encode(), study=study)
    rank_study(spec=spec_text(SPEC), prompts=[prompt], ranker="offline")
    measured = []

    def counted(*args, **kwargs):
        measured.append(1)
        return measure_study(*args, **kwargs)

    monkeypatch.setattr(measuring, "measure_study", counted)

    def ask():
        return stored_agreement(study=study, version=version, ranker="offline", block=Block.PERSONAL, resamples=20)

    first = ask()
    assert ask() == first
    assert len(measured) == 1
    make_assessment(prompt, make_participant(study), personal="D>C>B>A")
    assert ask() != first
    assert len(measured) == 2
    say(study.participants.first(), age="65+")
    assert ask().by_group != first.by_group
    assert len(measured) == 3
