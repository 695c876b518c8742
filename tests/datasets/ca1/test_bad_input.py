"""Bad files: one sentence that names file, line and field, exit code 2, and nothing half-written."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from collective.audit.models import AuditEntry
from datasets.ca1.reading import MAX_LINE_BYTES, BadInput, read_lines
from elicitation.models import Participant, Prompt, Study
from tests.datasets.ca1.making import annotator, assessment, comparison, merged, rubric, write
from tests.factories import make_study

ROOT = Path(__file__).resolve().parents[3]


def world(ranking):
    return assessment(blocks={"world": [{"rationale": "", "ranking": ranking}]})


def flags(rating):
    return assessment(blocks={"unacceptable": [{"rationale": "", "rating": rating}]})


def without(content, *names):
    return {name: value for name, value in content.items() if name not in names}


def scored(score):
    return rubric(
        coval_full=[{"rubric_item_id": "c1", "criterion": "x", "scores": [{"annotator_id": "p1", "score": score}]}]
    )


RANKING = "line 1, field metadata.assessments[0].ranking_blocks.world[0].ranking: Ranking "
RATING = "line 1, field metadata.assessments[0].ranking_blocks.unacceptable[0].rating: "
DEEP = b"[" * 400 + b"]" * 400
COMPARISONS: dict[str, tuple[list[Any], str]] = {
    "not JSON": ([b'{"prompt_id": "q1"'], "line 1: not valid JSON ("),
    "not JSON in a later line": ([comparison("q1"), b"{'prompt_id': 1}\n"], "line 2: not valid JSON ("),
    "a list": ([b"[1, 2]\n"], "line 1: an object in braces is expected."),
    "an empty file": ([], "the file is empty"),
    "blank lines only": ([b"\n\n \n"], "the file is empty"),
    "no prompt_id": ([without(comparison(), "prompt_id")], "line 1, field prompt_id: it is missing."),
    "an empty prompt_id": ([comparison(" ")], "line 1, field prompt_id: it is empty."),
    "a number as prompt_id": ([comparison(prompt_id=7)], "line 1, field prompt_id: text is expected."),
    "a prompt_id too long": ([comparison("q" * 201)], "line 1, field prompt_id: it is longer than 200 characters."),
    "a prompt twice": ([comparison("q1"), comparison("q1")], "line 2, field prompt_id: 'q1' stands in line 1 already."),
    "no prompt": ([without(comparison(), "prompt")], "line 1, field prompt: it is missing."),
    "text as prompt": ([comparison(prompt="Hello")], "line 1, field prompt: an object is expected."),
    "no messages": ([comparison(prompt={"messages": []})], "line 1, field prompt.messages: it is empty."),
    "a message without a role": (
        [comparison(prompt={"messages": [{"content": "x"}]})],
        "line 1, field prompt.messages[0].role: it is missing.",
    ),
    "a message that is a list": (
        [comparison(prompt={"messages": [{"role": "user", "content": ["x"]}]})],
        "line 1, field prompt.messages[0].content: text is expected.",
    ),
    "one response": ([comparison(responses=1)], "line 1, field responses: 2 to 6 responses are expected, there are 1."),
    "a response twice": (
        [comparison(responses=2) | {"responses": comparison(responses=2)["responses"][:1] * 2}],
        "line 1, field responses: each of the letters A, B is expected once",
    ),
    "no metadata": ([without(comparison(), "metadata")], "line 1, field metadata: it is missing."),
    "assessments that are an object": (
        [comparison(metadata={"assessments": {}})],
        "line 1, field metadata.assessments: a list is expected.",
    ),
    "an assessment without a person": (
        [comparison("q1", without(assessment(), "annotator_id"))],
        "line 1, field metadata.assessments[0].annotator_id: it is missing.",
    ),
    "no ranking_blocks": (
        [comparison("q1", without(assessment(), "ranking_blocks"))],
        "line 1, field metadata.assessments[0].ranking_blocks: it is missing.",
    ),
    "two rankings in a block": (
        [comparison("q1", assessment(blocks={"world": [{"ranking": "A>B>C>D"}] * 2}))],
        "line 1, field metadata.assessments[0].ranking_blocks.world: it holds more than one object.",
    ),
    "an unknown letter": ([comparison("q1", world("A>B>C>E"))], RANKING + "'A>B>C>E' holds 'E'"),
    "a small letter": ([comparison("q1", world("a>B>C>D"))], RANKING + "'a>B>C>D' holds 'a'"),
    "a letter left out": ([comparison("q1", world("A>B>C"))], RANKING + "'A>B>C' leaves out D"),
    "a letter twice": ([comparison("q1", world("A>B>C>D=A"))], RANKING + "'A>B>C>A=D' repeats A"),
    "an empty place": ([comparison("q1", world("A>>B=C>D"))], RANKING + "'A>>B=C>D' has an empty place"),
    "a ranking that is a list": (
        [comparison("q1", world(["A", "B"]))],
        "line 1, field metadata.assessments[0].ranking_blocks.world[0].ranking: text is expected.",
    ),
    "an unknown flag": ([comparison("q1", flags(["E"]))], RATING + "'E' is not one of the letters A to D."),
    "a flag that is a number": ([comparison("q1", flags([1]))], RATING + "1 is not one of the letters A to D."),
    "a flag twice": ([comparison("q1", flags(["A", "A"]))], RATING + "it names a letter twice."),
    "flags that are text": ([comparison("q1", flags("A"))], RATING + "a list of letters is expected."),
    "a label that says nothing": (
        [comparison("q1", assessment(importance="purple"))],
        "line 1, field metadata.assessments[0].importance: 'purple' names no level",
    ),
    "a level as a number": (
        [comparison("q1", assessment(importance=3))],
        "line 1, field metadata.assessments[0].importance: text is expected.",
    ),
    "a person twice with different answers": (
        [comparison("q1", world("A>B>C>D"), world("D>C>B>A"))],
        "line 1, field metadata.assessments[1].annotator_id: 'p1' has answered this prompt already",
    ),
    "Latin-1": ([json.dumps(comparison("é"), ensure_ascii=False).encode("latin-1")], "line 1: byte 16 is not UTF-8"),
    "UTF-16": ([json.dumps(comparison("q1")).encode("utf-16")], "line 1: byte 1 is not UTF-8"),
    "UTF-16 without a mark": ([json.dumps(comparison("q1")).encode("utf-16-le")], "line 1: not valid JSON ("),
    "half a surrogate pair": (
        [json.dumps(comparison("q\ud83d")).encode()],
        "line 1: the text holds half of a surrogate pair.",
    ),
    "a NUL character": ([json.dumps(comparison("q\x00")).encode()], "line 1: the text holds a NUL character"),
    "a NUL character in a name": (
        [json.dumps(comparison(metadata={"no\x00te": 1, "assessments": []})).encode()],
        "line 1: the text holds a NUL character",
    ),
    "a NUL byte": ([json.dumps(comparison("q1")).replace("q1", "q\x001").encode()], "line 1: not valid JSON ("),
    "NaN": ([b'{"prompt_id": NaN}\n'], "line 1: not valid JSON (NaN is no JSON number)."),
    "an endless number": ([b'{"prompt_id": 1e999}\n'], "line 1: not valid JSON (the number 1e999 is too large)."),
    "a number of 5,000 digits": (
        [b'{"prompt_id": ' + b"9" * 5000 + b"}\n"],
        "line 1: not valid JSON (a number has too many digits).",
    ),
    "a nesting bomb": ([b'{"prompt_id": ' + b"[" * 100_000 + b"\n"], "line 1: it is nested too deeply to be read."),
    "a deep field that would be kept": (
        [json.dumps(comparison("q1", extra="@")).replace('"@"', DEEP.decode()).encode()],
        "line 1, field extra: it is nested more than 50 levels deep.",
    ),
    "a deep field in place of a letter": (
        [json.dumps(comparison("q1", flags(["@"]))).replace('"@"', DEEP.decode()).encode()],
        RATING + "a list is not one of the letters A to D.",
    ),
}


def refusal(folder: Path, study: str = "new") -> str:
    with pytest.raises(CommandError) as refused:
        call_command("import_comparisons", folder, study=study)
    assert refused.value.returncode == 2
    return str(refused.value)


@pytest.mark.django_db
@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons_are_refused(tmp_path, name):
    lines, message = COMPARISONS[name]
    write(tmp_path, "comparisons.jsonl", *lines)
    said = refusal(tmp_path)
    assert said.startswith(f"comparisons.jsonl{': ' if message.startswith('the file') else ', '}{message}")
    assert "\n" not in said
    assert len(said) < 400
    assert not Study.objects.exists()
    assert not Prompt.objects.exists()
    assert not Participant.objects.exists()


OTHERS: dict[str, tuple[str, dict[str, Any], str]] = {
    "an annotator without an id": (
        "annotators.jsonl",
        {"demographics": {}},
        "line 1, field annotator_id: it is missing.",
    ),
    "demographics that are null": (
        "annotators.jsonl",
        annotator() | {"demographics": None},
        "line 1, field demographics: an object is expected.",
    ),
    "an age that is a number": (
        "annotators.jsonl",
        annotator("p1", age=34),
        "line 1, field demographics.age: text is expected.",
    ),
    "a question with an endless name": (
        "annotators.jsonl",
        annotator("p1", **{"x" * 101: "yes"}),
        "line 1, field demographics: a name in it is longer than 100 characters.",
    ),
    "an assessment of somebody else": (
        "annotators.jsonl",
        annotator("p1", assessment("p2")),
        "line 1, field assessments[0].annotator_id: it is not the person of this line, 'p1'.",
    ),
    "other answers than in the file before": (
        "annotators.jsonl",
        annotator("p1", world("D>C>B>A")),
        "line 1, field assessments[0].annotator_id: 'p1' has answered this prompt already, with different answers",
    ),
    "a merged row of nobody": (
        "merged_comparisons_annotators.jsonl",
        merged("q1", "p9"),
        "line 1, field prompt_id: no assessment of 'q1' by 'p9' is in the other files.",
    ),
    "a merged row with other answers": (
        "merged_comparisons_annotators.jsonl",
        merged(ranking_blocks=world("D>C>B>A")["ranking_blocks"]),
        "line 1, field annotator_id: 'p1' has other answers on 'q1' in the other files.",
    ),
    "a score too high": (
        "conversation_rubrics.jsonl",
        scored(11),
        "line 1, field coval_full[0].scores[0].score: 11 is not a whole number from -10 to 10.",
    ),
    "half a point": (
        "conversation_rubrics.jsonl",
        scored(0.5),
        "line 1, field coval_full[0].scores[0].score: 0.5 is not a whole number from -10 to 10.",
    ),
    "a score that is true": (
        "conversation_rubrics.jsonl",
        scored(True),
        "line 1, field coval_full[0].scores[0].score: true is not a whole number from -10 to 10.",
    ),
    "a score of 4,000 digits": (
        "conversation_rubrics.jsonl",
        scored(10**3999),
        "line 1, field coval_full[0].scores[0].score: a number of 4000 digits is not a whole number from -10 to 10.",
    ),
    "no score": (
        "conversation_rubrics.jsonl",
        rubric(coval_full=[{"rubric_item_id": "c", "criterion": "x", "scores": [{"annotator_id": "p1"}]}]),
        "line 1, field coval_full[0].scores[0].score: it is missing.",
    ),
    "no criterion": (
        "conversation_rubrics.jsonl",
        rubric(coval_full=[{"rubric_item_id": "c"}]),
        "line 1, field coval_full[0].criterion: it is missing.",
    ),
    "a criterion twice": (
        "conversation_rubrics.jsonl",
        rubric(coval_full=[{"rubric_item_id": "c", "criterion": "x"}] * 2),
        "line 1, field coval_full[1].rubric_item_id: 'c' stands in this rubric twice.",
    ),
    "a conversation without an id": (
        "conversation_rubrics.jsonl",
        rubric(conversation={"messages": []}),
        "line 1, field conversation.id: it is missing.",
    ),
    "parts that are text": (
        "conversation_rubrics.jsonl",
        rubric(conversation={"id": "z", "messages": [{"author": {"role": "user"}, "content": {"parts": "x"}}]}),
        "line 1, field conversation.messages[0].content.parts: a list of texts is expected.",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", OTHERS)
def test_the_other_files_are_refused(tmp_path, name):
    file, line, message = OTHERS[name]
    write(tmp_path, "comparisons.jsonl", comparison("q1", assessment("p1")))
    write(tmp_path, file, line)
    said = refusal(tmp_path)
    assert said.startswith(f"{file}, {message}")
    assert list(Participant.objects.values_list("key", flat=True)) == ["p1"]
    assert AuditEntry.objects.filter(action="study.imported").count() == 1


@pytest.mark.django_db
def test_a_study_made_for_a_bad_file_is_taken_away_and_the_log_says_so(tmp_path):
    write(tmp_path, "comparisons.jsonl", b"{\n")
    refusal(tmp_path)
    actions = list(AuditEntry.objects.order_by("number").values_list("action", flat=True))
    assert actions == ["study.created", "protocol.published", "study.removed"]


@pytest.mark.django_db
def test_other_transcripts_under_a_known_name_are_refused(tmp_path):
    write(tmp_path, "comparisons.jsonl", comparison("q1"))
    call_command("import_comparisons", tmp_path, study="new")
    write(tmp_path, "comparisons.jsonl", comparison("q1", prompt={"messages": [{"role": "user", "content": "Other?"}]}))
    assert "line 1, field prompt.messages: the study has a prompt 'q1' with another transcript." in refusal(tmp_path)
    write(tmp_path, "comparisons.jsonl", comparison("q1", responses=3))
    assert "line 1, field responses: the study has a prompt 'q1' with other responses." in refusal(tmp_path)


@pytest.mark.django_db
def test_folders_without_the_files_and_bad_names_are_refused(tmp_path):
    assert "is not a folder" in refusal(tmp_path / "none")
    assert "none of comparisons.jsonl" in refusal(tmp_path)
    write(tmp_path, "annotators.jsonl", annotator())
    assert "comparisons.jsonl: it is needed first" in refusal(tmp_path)
    assert "slug" in refusal(tmp_path, study="two words")
    assert not Study.objects.exists()
    make_study(slug="here")
    (tmp_path / "comparisons.jsonl").mkdir()
    assert "comparisons.jsonl: it is needed first" in refusal(tmp_path, study="here")


def test_text_that_spells_an_escape_is_not_taken_for_it(tmp_path):
    path = write(tmp_path, "comparisons.jsonl", comparison(r"a\u0000b\ud83d"))
    assert next(read_lines(path)).content["prompt_id"] == r"a\u0000b\ud83d"


def test_a_line_up_to_the_limit_is_read_and_a_longer_one_is_not(tmp_path):
    frame = len(json.dumps({"text": ""}))
    fits = {"text": "x" * (MAX_LINE_BYTES - frame - 1)}
    path = write(tmp_path, "comparisons.jsonl", fits, {"text": fits["text"] + "x"})
    lines = read_lines(path)
    assert len(next(lines).content["text"]) == len(fits["text"])
    with pytest.raises(BadInput, match=r"comparisons.jsonl, line 2: the line is longer than 16 MiB\."):
        next(lines)


_MEASURE = """
import resource, sys
from pathlib import Path
from typing import Any
from datasets.ca1.reading import BadInput, read_lines
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    list(read_lines(Path(sys.argv[1])))
except BadInput as error:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, error)
"""


def test_a_line_of_two_gigabytes_is_refused_without_being_read(tmp_path):
    path = tmp_path / "comparisons.jsonl"
    with path.open("wb") as file:
        file.write(b'{"prompt_id": "')
        file.truncate(2 * 1024**3)
    done = subprocess.run([sys.executable, "-c", _MEASURE, path], cwd=ROOT, capture_output=True, text=True, check=True)
    growth, message = done.stdout.split(" ", 1)
    assert message.strip() == "comparisons.jsonl, line 1: the line is longer than 16 MiB."
    assert int(growth) < 64 * 1024  # KiB; measured: some 33 MiB, the buffer and its last copy
