"""What an import stores, that it can be repeated, and that a file comes in whole or not at all."""

from pathlib import Path

import pytest
from django.core.management import call_command

from collective.audit.models import AuditEntry
from datasets.ca1.labels import IMPORTANCE, REPRESENTATIVENESS, SCALES, SUBJECTIVITY
from datasets.exporting import export_study
from datasets.importing import BadInput, Repeats, import_comparisons
from elicitation.models import (
    AnswerState,
    Assessment,
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
from rubrics.models import CoreItem
from tests.datasets.ca1.making import annotator, assessment, comparison, merged, rubric, write
from tests.factories import make_participant, make_prompt, make_study, make_user
from tests.real_data import real_data

pytestmark = pytest.mark.django_db

TABLES = (
    Prompt,
    Response,
    Participant,
    IntakeAnswer,
    Assessment,
    Ranking,
    UnacceptableFlag,
    Criterion,
    Score,
    CoreItem,
)


@pytest.fixture
def study() -> Study:
    return make_study()


def counts() -> dict[str, int]:
    return {table.__name__: table.objects.count() for table in TABLES}


def run(study: Study, folder: Path, **options):
    return import_comparisons(study=study, folder=folder, by=None, **options)


def test_it_works(study, tmp_path):
    blocks = {
        "unacceptable": [{"rationale": "Rude.", "rating": ["D"]}],
        "personal": [{"rationale": "For me.", "ranking": "B>A=C=D"}],
    }
    write(
        tmp_path, "comparisons.jsonl", comparison("q1", assessment("p1", blocks=blocks)), comparison("q2", responses=2)
    )
    write(tmp_path, "annotators.jsonl", annotator("p1", age="25-34", gender=None))
    write(tmp_path, "conversation_rubrics.jsonl", rubric())
    report = run(study, tmp_path)
    assert report.files == {
        "comparisons.jsonl": {"prompts_added": 2, "people_added": 1, "assessments_added": 1, "assessments_known": 0},
        "annotators.jsonl": {"people_added": 0, "assessments_added": 0, "assessments_known": 0},
        "conversation_rubrics.jsonl": {
            "criteria_added": 1,
            "scores_added": 1,
            "core_items_added": 1,
            "people_added": 0,
        },
    }
    row = Assessment.objects.get()
    assert [(prompt.key, prompt.candidates) for prompt in study.prompts.order_by("position")] == [("q1", 4), ("q2", 2)]
    assert {ranking.block: ranking.order for ranking in row.rankings.all()} == {
        "personal": "B>A=C=D",
        "world": "A>B=C>D",
    }
    assert [flag.letter for flag in row.unacceptable_flags.all()] == ["D"]
    assert (row.unacceptable_rationale, row.importance, row.representativeness_state) == (
        "Rude.",
        3,
        AnswerState.NOT_ASKED,
    )
    assert Participant.objects.get().source == Participant.Source.IMPORTED
    assert {(answer.key, answer.state, answer.value) for answer in IntakeAnswer.objects.all()} == {
        ("age", AnswerState.ANSWERED, "25-34"),
        ("gender", AnswerState.SKIPPED, ""),
    }
    score = Score.objects.get()
    assert (score.value, score.assessment) == (7, row)


def test_an_import_is_written_to_the_audit_log_once(study, tmp_path):
    write(tmp_path, "comparisons.jsonl", comparison("q1", assessment()))
    user = make_user(email="r@example.org")
    import_comparisons(study=study, folder=tmp_path, by=user)
    import_comparisons(study=study, folder=tmp_path, by=user)
    entry = AuditEntry.objects.get(action="study.imported")
    assert (entry.actor, entry.study) == ("r@example.org", study.slug)
    assert entry.details["assessments_added"] == 1


def test_the_real_data_comes_in_goes_out_the_same_and_comes_in_again(tmp_path, capsys):
    real = real_data("rankings")
    call_command("import_comparisons", real, study="real")
    before = counts()
    assert (before["Prompt"], before["Assessment"], before["Ranking"], before["Participant"]) == (100, 300, 300, 4)
    study = Study.objects.get(slug="real")
    assert study.status == Study.Status.CLOSED
    export_study(study=study, folder=tmp_path, by=None)
    for name in ("comparisons.jsonl", "annotators.jsonl"):
        assert (tmp_path / name).read_bytes() == (real / name).read_bytes()
    capsys.readouterr()
    call_command("import_comparisons", real, study="real")
    assert capsys.readouterr().out.endswith("Nothing new: the study held all of it already.\n")
    call_command("import_comparisons", tmp_path, study="real")
    assert counts() == before


def test_every_file_again_adds_nothing(study, tmp_path):
    write(tmp_path, "comparisons.jsonl", comparison("q1", assessment("p1"), assessment("p2")), comparison("q2"))
    write(tmp_path, "annotators.jsonl", annotator("p1", assessment("p1"), age="25-34"), annotator("p3"))
    write(tmp_path, "merged_comparisons_annotators.jsonl", merged("q1", "p2"))
    write(tmp_path, "conversation_rubrics.jsonl", rubric())
    assert run(study, tmp_path).changed
    before = counts()
    again = run(study, tmp_path)
    assert not again.changed
    assert counts() == before


def test_new_lines_are_added_to_what_is_there(study, tmp_path):
    write(tmp_path, "comparisons.jsonl", comparison("q1", assessment("p1")))
    run(study, tmp_path)
    write(tmp_path, "comparisons.jsonl", comparison("q0"), comparison("q1", assessment("p1"), assessment("p2")))
    report = run(study, tmp_path)
    assert report.files["comparisons.jsonl"] == {
        "prompts_added": 1,
        "people_added": 1,
        "assessments_added": 1,
        "assessments_known": 1,
    }
    assert list(study.prompts.order_by("position").values_list("key", flat=True)) == ["q1", "q0"]


def test_a_person_twice_with_the_same_answers_is_one_assessment(study, tmp_path):
    write(tmp_path, "comparisons.jsonl", comparison("q1", assessment(), assessment()))
    assert run(study, tmp_path).files["comparisons.jsonl"]["assessments_known"] == 1
    assert Assessment.objects.count() == 1


def test_the_first_of_two_contradicting_answers_may_be_kept(study, tmp_path):
    other = assessment(blocks={"world": [{"rationale": "", "ranking": "D>C>B>A"}]})
    write(tmp_path, "comparisons.jsonl", comparison("q1", assessment(), other))
    write(tmp_path, "merged_comparisons_annotators.jsonl", merged(), merged(ranking_blocks=other["ranking_blocks"]))
    with pytest.raises(BadInput, match=r"comparisons\.jsonl, line 1, field metadata\.assessments\[1\]\.annotator_id"):
        run(study, tmp_path)
    assert counts() == dict.fromkeys(counts(), 0)
    report = run(study, tmp_path, repeats=Repeats.KEEP_FIRST)
    assert report.files["comparisons.jsonl"]["contradicting_repeats_dropped"] == 1
    assert report.files["merged_comparisons_annotators.jsonl"] == {
        "rows_checked": 1,
        "contradicting_repeats_dropped": 1,
    }
    assert Ranking.objects.get().order == "A>B=C>D"


def test_a_bad_file_leaves_those_before_it_and_nothing_of_itself(study, tmp_path):
    write(tmp_path, "comparisons.jsonl", *(comparison(f"q{number}") for number in range(60)))
    people = [annotator(f"p{number}", assessment(f"p{number}"), age="25-34") for number in range(120)]
    write(tmp_path, "annotators.jsonl", *people, b'{"annotator_id": "last", "demographics": {"age": 7}}\n')
    with pytest.raises(BadInput, match=r"annotators\.jsonl, line 121, field demographics\.age: text is expected"):
        run(study, tmp_path)
    assert Prompt.objects.count() == 60
    assert not Participant.objects.exists()
    assert not Assessment.objects.exists()


def test_answers_on_prompts_that_the_study_lacks_are_counted_and_left_out(study, tmp_path):
    write(tmp_path, "comparisons.jsonl", comparison("q1"))
    write(tmp_path, "annotators.jsonl", annotator("p1", assessment("p1"), assessment("p1", conversation_id="q9")))
    report = run(study, tmp_path)
    assert report.files["annotators.jsonl"]["assessments_of_unknown_prompts_left_out"] == 1
    assert report.files["annotators.jsonl"]["assessments_added"] == 1


@pytest.mark.parametrize(
    ("scale", "label", "level"),
    [
        (IMPORTANCE, "𝗡𝗼𝘁 important", 1),
        (IMPORTANCE, "𝗦𝗼𝗺𝗲𝘄𝗵𝗮𝘁 important", 2),
        (IMPORTANCE, "𝗩𝗲𝗿𝘆 important", 3),
        (REPRESENTATIVENESS, "It is 𝘂𝗻𝗹𝗶𝗸𝗲𝗹𝘆 that I would ask a question like this.", 1),
        (REPRESENTATIVENESS, "It is 𝗻𝗼𝘁 𝗮𝘁 𝗮𝗹𝗹 likely that I would ask a question like this.", 1),
        (REPRESENTATIVENESS, "It is 𝗺𝗼𝗱𝗲𝗿𝗮𝘁𝗲𝗹𝘆 likely that I would ask a question like this to an AI chatbot.", 3),
        (REPRESENTATIVENESS, "It is 𝗲𝘅𝘁𝗿𝗲𝗺𝗲𝗹𝘆 likely that I would ask a question like this.", 5),
        (SUBJECTIVITY, "There is a 𝘀𝗶𝗻𝗴𝗹𝗲 correct answer to this prompt", 1),
        (SUBJECTIVITY, "The correct answer depends on a person’s 𝘃𝗮𝗹𝘂𝗲𝘀 or culture", 2),
        (SUBJECTIVITY, "The correct answer depends on 𝘀𝗼𝗺𝗲𝘁𝗵𝗶𝗻𝗴 𝗲𝗹𝘀𝗲 (the time, the weather, etc)", 3),
        (SUBJECTIVITY, "I'm 𝘂𝗻𝘀𝘂𝗿𝗲 whether there is a single correct answer", 4),
    ],
)
def test_labels_in_mathematical_bold_are_understood_kept_and_written_again(study, tmp_path, scale, label, level):
    write(tmp_path, "comparisons.jsonl", comparison("q1", assessment(**{scale.field: label})))
    run(study, tmp_path)
    row = Assessment.objects.get()
    assert getattr(row, scale.field) == level
    assert row.originals[scale.field] == label
    export_study(study=study, folder=tmp_path / "out", by=None)
    assert label.encode() in (tmp_path / "out" / "comparisons.jsonl").read_bytes()


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.field)
def test_the_wording_we_write_is_the_one_we_read(scale):
    for level, sentence in enumerate(scale.sentences, start=1):
        assert scale.level_of(sentence) == level
    assert scale.level_of("another matter entirely") is None


def test_demographics_are_normalised_and_their_wording_is_kept(study, tmp_path):
    write(tmp_path, "comparisons.jsonl", comparison("q1"))
    write(tmp_path, "annotators.jsonl", annotator("p1", gender="  𝗙𝗲𝗺𝗮𝗹𝗲 "))
    run(study, tmp_path)
    answer = IntakeAnswer.objects.get()
    assert (answer.value, answer.original) == ("Female", "  𝗙𝗲𝗺𝗮𝗹𝗲 ")


def test_flags_written_as_sentences_are_understood_and_written_again(study, tmp_path):
    """The public files hold what was ticked, which begins with the letter."""
    rating = ["B is 𝘂𝗻𝗮𝗰𝗰𝗲𝗽𝘁𝗮𝗯𝗹𝗲", "A is unacceptable"]
    given = assessment("p1", blocks={"unacceptable": [{"rationale": "Rude.", "rating": rating}]})
    none = assessment("p2", blocks={"unacceptable": [{"rationale": "", "rating": ["None of them"]}]})
    write(tmp_path, "comparisons.jsonl", comparison("q1", given, none))
    run(study, tmp_path)
    assert sorted(flag.letter for flag in UnacceptableFlag.objects.all()) == ["A", "B"]
    export_study(study=study, folder=tmp_path / "out", by=None)
    assert (tmp_path / "out" / "comparisons.jsonl").read_bytes() == (tmp_path / "comparisons.jsonl").read_bytes()


def test_rubrics_whose_ids_no_prompt_has_are_matched_by_their_transcript(study, tmp_path):
    """In the public files the two id spaces are disjoint."""
    write(tmp_path, "comparisons.jsonl", comparison("q1", assessment()), comparison("q2"))
    conversation = rubric()["conversation"] | {"id": "another-id"}
    conversation["messages"][0]["content"]["parts"] = ["  what   ABOUT", "𝗾𝟭?"]
    stranger = rubric("q3")
    write(tmp_path, "conversation_rubrics.jsonl", rubric(conversation=conversation), stranger)
    report = run(study, tmp_path)
    assert report.files["conversation_rubrics.jsonl"]["rubrics_of_unknown_prompts_left_out"] == 1
    assert Criterion.objects.get().prompt.key == "q1"
    export_study(study=study, folder=tmp_path / "out", by=None)
    first, _stranger = (tmp_path / "conversation_rubrics.jsonl").read_bytes().splitlines()
    assert (tmp_path / "out" / "conversation_rubrics.jsonl").read_bytes().splitlines() == [first]
    assert not run(study, tmp_path).changed


def test_a_transcript_that_two_prompts_share_is_not_guessed_at(study, tmp_path):
    same = {"messages": [{"role": "user", "content": "What about q1?"}]}
    write(tmp_path, "comparisons.jsonl", comparison("a", prompt=same), comparison("b", prompt=same))
    write(tmp_path, "conversation_rubrics.jsonl", rubric("q1"))
    report = run(study, tmp_path)
    assert report.files["conversation_rubrics.jsonl"]["rubrics_of_unknown_prompts_left_out"] == 1
    assert not Criterion.objects.exists()


def test_scores_may_be_skipped_and_whole_floats(study, tmp_path):
    scores = [{"annotator_id": "p1", "score": None}, {"annotator_id": "p2", "score": -10.0}]
    full = [{"rubric_item_id": "c1", "criterion": "Is kind.", "scores": scores}]
    write(tmp_path, "comparisons.jsonl", comparison("q1"))
    write(tmp_path, "conversation_rubrics.jsonl", rubric(coval_full=full))
    run(study, tmp_path)
    assert {(score.state, score.value) for score in Score.objects.all()} == {
        (AnswerState.SKIPPED, None),
        (AnswerState.ANSWERED, -10),
    }


def test_a_byte_order_mark_and_blank_lines_do_no_harm(study, tmp_path):
    path = write(tmp_path, "comparisons.jsonl", comparison("q1"), b"\n  \r\n", comparison("q2"))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().rstrip(b"\n"))
    run(study, tmp_path)
    assert Prompt.objects.count() == 2


def test_fields_of_a_prompt_that_have_no_column_are_kept(study, tmp_path):
    line = comparison("q1", source={"panel": 3})
    line["prompt"]["id"] = "another"
    line["prompt"]["locale"] = "en"
    line["metadata"]["batch"] = [1, 2]
    write(tmp_path, "comparisons.jsonl", line)
    run(study, tmp_path)
    export_study(study=study, folder=tmp_path / "out", by=None)
    first = (tmp_path / "out" / "comparisons.jsonl").read_bytes()
    other = make_study()
    import_comparisons(study=other, folder=tmp_path / "out", by=None)
    export_study(study=other, folder=tmp_path / "again", by=None)
    assert (tmp_path / "again" / "comparisons.jsonl").read_bytes() == first
    for kept in (b'"panel": 3', b'"id": "another"', b'"locale": "en"', b'"batch": [1, 2]'):
        assert kept in first


def test_an_import_into_a_study_of_ones_own_keeps_what_is_there(study, tmp_path):
    prompt = make_prompt(study, criteria=2)
    person = make_participant(study)
    write(tmp_path, "comparisons.jsonl", comparison("q1", assessment(person.key)))
    report = run(study, tmp_path)
    assert report.files["comparisons.jsonl"]["people_added"] == 0
    assert study.prompts.get(key=prompt.key).criteria.count() == 2
    assert Assessment.objects.get().participant == person
