"""An export imported into an empty study and exported again gives the same bytes."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets.demo.loading import load_demo
from datasets.exporting import export_archive, export_study
from datasets.importing import import_comparisons
from elicitation.models import (
    AnswerState,
    Assessment,
    Block,
    Criterion,
    IntakeAnswer,
    Participant,
    Prompt,
    Ranking,
    Response,
    Score,
    Study,
    UnacceptableFlag,
)
from measures.rankings import weak_order_texts
from rubrics.models import CoreItem
from tests.factories import make_assessment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


def exported(study: Study, folder: Path) -> dict[str, bytes]:
    return {file.name: (folder / file.name).read_bytes() for file in export_study(study=study, folder=folder, by=None)}


def assert_round_trip(study: Study, folder: Path) -> dict[str, bytes]:
    first = exported(study, folder / "first")
    other = make_study()
    import_comparisons(study=other, folder=folder / "first", by=None)
    assert exported(other, folder / "second") == first
    assert not import_comparisons(study=study, folder=folder / "second", by=None).changed
    return first


def test_the_demo_study_comes_back(tmp_path):
    study = load_demo(by=None).study
    person = study.participants.filter(form=Participant.Form.LONG).first()
    Criterion.objects.create(
        prompt=study.prompts.get(position=0),
        key="own-1",
        position=6,
        text="Tells me what it would do itself.",
        origin=Criterion.Origin.PARTICIPANT,
        author=person,
    )
    files = assert_round_trip(study, tmp_path)
    assert [content.count(b"\n") for content in files.values()] == [36, 200, Assessment.objects.count() // 2, 36]


def test_what_was_not_asked_what_was_skipped_and_what_was_answered_stay_apart(tmp_path):
    study = make_study()
    prompt = make_prompt(study, criteria=2)
    short, skipping, full = (make_participant(study, key=key) for key in ("short", "skipping", "full"))
    make_assessment(prompt, short, world="A>B=C=D")
    make_assessment(
        prompt,
        skipping,
        personal="",
        world="",
        importance_state=AnswerState.SKIPPED,
        unacceptable_state=AnswerState.SKIPPED,
    )
    given = make_assessment(
        prompt,
        full,
        personal="D>A=B=C",
        world="A=B=C=D",
        importance_state=AnswerState.ANSWERED,
        importance=1,
        unacceptable_state=AnswerState.ANSWERED,
        unacceptable_rationale="A threat.",
    )
    UnacceptableFlag.objects.create(assessment=given, letter="D")
    first, second = prompt.criteria.order_by("position")
    Score.objects.create(participant=full, criterion=first, state=AnswerState.ANSWERED, value=-10)
    Score.objects.create(participant=full, criterion=second, state=AnswerState.SKIPPED)
    files = assert_round_trip(study, tmp_path)
    comparisons = files["comparisons.jsonl"].decode()
    assert '"importance": null' in comparisons
    assert '"importance": ""' in comparisons
    assert '"personal": [{"rationale": "", "ranking": ""}]' in comparisons
    assert '"score": null' in files["conversation_rubrics.jsonl"].decode()
    other = Study.objects.exclude(pk=study.pk).get()
    states = {
        row.participant.key: (
            row.importance_state,
            row.unacceptable_state,
            {ranking.block: ranking.state for ranking in row.rankings.all()},
        )
        for row in Assessment.objects.filter(prompt__study=other)
    }
    assert states == {
        "short": (AnswerState.NOT_ASKED, AnswerState.NOT_ASKED, {Block.WORLD: AnswerState.ANSWERED}),
        "skipping": (
            AnswerState.SKIPPED,
            AnswerState.SKIPPED,
            {Block.PERSONAL: AnswerState.SKIPPED, Block.WORLD: AnswerState.SKIPPED},
        ),
        "full": (
            AnswerState.ANSWERED,
            AnswerState.ANSWERED,
            {Block.PERSONAL: AnswerState.ANSWERED, Block.WORLD: AnswerState.ANSWERED},
        ),
    }


def test_people_who_did_not_consent_are_in_no_file(tmp_path):
    study = make_study()
    prompt = make_prompt(study, criteria=1)
    for key, consented in (("ghost", None), ("here", timezone.now())):
        person = make_participant(study, key=key, consented_at=consented)
        make_assessment(prompt, person, world="A>B>C>D")
        Score.objects.create(participant=person, criterion=prompt.criteria.get(), state=AnswerState.ANSWERED, value=1)
    files = exported(study, tmp_path)
    assert all(b"here" in content and b"ghost" not in content for content in files.values())


def test_an_archive_holds_the_same_files(tmp_path):
    study = make_study()
    make_assessment(make_prompt(study), make_participant(study), world="A>B>C>D")
    files = exported(study, tmp_path)
    with (tmp_path / "a.zip").open("wb") as target:
        export_archive(study=study, target=target, by=None)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files


# --- studies that Hypothesis makes ------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
WORDS = TEXT.filter(lambda text: bool(text.strip()))
KEYS = st.lists(WORDS, min_size=1, max_size=3, unique=True)
MESSAGES = st.lists(st.fixed_dictionaries({"role": WORDS, "content": TEXT}), min_size=1, max_size=2)
EXTRA = st.dictionaries(WORDS, st.none() | st.booleans() | st.integers(-(10**20), 10**20) | TEXT, max_size=2)


@st.composite
def scale(draw: st.DrawFn, name: str, levels: int) -> dict[str, Any]:
    state = draw(st.sampled_from(AnswerState))
    value = draw(st.integers(1, levels)) if state == AnswerState.ANSWERED else None
    return {f"{name}_state": state, name: value}


def make_any_study(draw: st.DrawFn) -> Study:
    study = make_study()
    people = [make_participant(study, key=key, form=draw(st.sampled_from(Participant.Form))) for key in draw(KEYS)]
    for person in people:
        for key in draw(st.sets(st.sampled_from(["age", "gender", "z", "a"]))):
            given = draw(TEXT)
            answered = bool(given.strip())
            IntakeAnswer.objects.create(
                participant=person,
                key=key,
                state=AnswerState.ANSWERED if answered else draw(st.sampled_from(["skipped", "not_asked"])),
                value=given.strip() if answered else "",
                original=given if answered else "",
            )
    for position, key in enumerate(draw(KEYS)):
        _make_any_prompt(draw, study, key, position, people)
    return study


def _make_any_prompt(draw: st.DrawFn, study: Study, key: str, position: int, people: list[Participant]) -> None:
    size = draw(st.integers(2, 6))
    prompt = Prompt.objects.create(
        study=study,
        key=key,
        position=position,
        messages=draw(MESSAGES),
        candidates=size,
        metadata={"metadata": extra} if (extra := draw(EXTRA)) and "assessments" not in extra else {},
    )
    for letter in prompt.letters:
        Response.objects.create(prompt=prompt, letter=letter, messages=draw(MESSAGES), source="written")
    criteria = [
        Criterion.objects.create(prompt=prompt, key=name, position=draw(st.integers(0, 2)), text=draw(WORDS))
        for name in draw(st.just([]) | KEYS)
    ]
    for core in range(draw(st.integers(0, 2))):
        CoreItem.objects.create(prompt=prompt, position=core * 2, text=draw(WORDS))
    for person in draw(st.sets(st.sampled_from(people))) if people else ():
        _make_any_assessment(draw, prompt, person)
    for person in people:
        for criterion in criteria:
            if draw(st.booleans()):
                value = draw(st.none() | st.integers(-10, 10))
                state = AnswerState.SKIPPED if value is None else AnswerState.ANSWERED
                Score.objects.create(participant=person, criterion=criterion, state=state, value=value)


def _make_any_assessment(draw: st.DrawFn, prompt: Prompt, person: Participant) -> None:
    flagged = draw(st.sampled_from(AnswerState))
    row = make_assessment(
        prompt,
        person,
        **draw(scale("importance", 3)),
        **draw(scale("representativeness", 5)),
        **draw(scale("subjectivity", 4)),
        unacceptable_state=flagged,
        unacceptable_rationale=draw(TEXT) if flagged == AnswerState.ANSWERED else "",
    )
    if flagged == AnswerState.ANSWERED:
        for letter in draw(st.sets(st.sampled_from(prompt.letters))):
            UnacceptableFlag.objects.create(assessment=row, letter=letter)
    for block in draw(st.sets(st.sampled_from(Block))):
        order = draw(st.just("") | st.sampled_from(weak_order_texts(prompt.candidates)))
        Ranking.objects.create(
            assessment=row,
            block=block,
            order=order,
            state=AnswerState.ANSWERED if order else AnswerState.SKIPPED,
            candidates=prompt.candidates,
            justification=draw(TEXT),
        )


@given(data=st.data())
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_any_study_comes_back(tmp_path_factory, data):
    with transaction.atomic():
        study = make_any_study(data.draw)
        assert_round_trip(study, tmp_path_factory.mktemp("study"))
        transaction.set_rollback(True)
