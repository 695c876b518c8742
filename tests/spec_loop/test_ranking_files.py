"""Files of rankings: what is written can be read, and what is wrong is named by file, line and field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.rankings import weak_order_texts
from spec_loop import ranking_files
from spec_loop.ranking_files import BadRankingFile, Ranked, read_rankings, write_rankings

SIZES = {"p1": 3, "p2": 4}


def read(tmp_path, content):
    path = tmp_path / "r.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_rankings(path, SIZES)


def test_a_file_is_read(tmp_path):
    lines = (
        '{"prompt_id": "p1", "ranking": "A>B=C", "cited": ["x", "y", "x"]}\n\n{"ranking":"D>C>B>A","prompt_id":"p2"}'
    )
    assert read(tmp_path, lines) == {"p1": Ranked("A>B=C", ("x", "y")), "p2": Ranked("D>C>B>A", ())}


def test_blanks_and_ties_in_any_order_are_read_canonically(tmp_path):
    assert read(tmp_path, '{"prompt_id": "p1", "ranking": "C = B > A"}')["p1"].order == "B=C>A"


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    content = b'\xef\xbb\xbf{"prompt_id": "p1", "ranking": "A>B>C"}\r\n{"prompt_id": "p2", "ranking": "A>B>C>D"}\r\n'
    assert list(read(tmp_path, content)) == ["p1", "p2"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "r.jsonl: there is no ranking in this file"),
        ("\n \n", "r.jsonl: there is no ranking in this file"),
        ("{", "r.jsonl, line 1: not valid JSON"),
        ("\n[1, 2]", "r.jsonl, line 2: an object in braces"),
        (b'{"prompt_id": "\xff"}', "r.jsonl, line 1: byte 16 is not UTF-8"),
        ('{"ranking": "A>B>C"}', "r.jsonl, line 1, field prompt_id: it is missing"),
        ('{"prompt_id": 1, "ranking": "A>B>C"}', "r.jsonl, line 1, field prompt_id: text is expected"),
        ('{"prompt_id": "p9", "ranking": "A>B>C"}', "r.jsonl, line 1, field prompt_id: the study has no prompt 'p9'"),
        ('{"prompt_id": "p1"}', "r.jsonl, line 1, field ranking: it is missing"),
        ('{"prompt_id": "p1", "ranking": "A>B"}', "line 1, field ranking: Ranking 'A>B' leaves out C"),
        ('{"prompt_id": "p1", "ranking": "A>B>D"}', "field ranking: Ranking 'A>B>D' holds 'D'"),
        ('{"prompt_id": "p1", "ranking": "A>B>B"}', "field ranking: Ranking 'A>B>B' repeats B"),
        ('{"prompt_id": "p1", "ranking": "A>B>C", "cited": "x"}', "line 1, field cited: a list of section ids"),
        ('{"prompt_id": "p1", "ranking": "A>B>C", "cited": [1]}', "line 1, field cited: a list of section ids"),
        (2 * '{"prompt_id": "p1", "ranking": "A>B>C"}\n', "line 2, field prompt_id: 'p1' is ranked on an earlier line"),
        ("[" * 100_000, "r.jsonl, line 1: not valid JSON"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, content, message):
    with pytest.raises(BadRankingFile) as refusal:
        read(tmp_path, content)
    assert message in str(refusal.value)
    assert len(str(refusal.value)) < 300


def test_an_endless_line_is_refused_without_being_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(ranking_files, "LONGEST_LINE", 100)
    with pytest.raises(BadRankingFile, match="line 2: the line is longer"):
        read(tmp_path, '{"prompt_id": "p1", "ranking": "A>B>C"}\n' + "x" * 10_000)


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_file_that_cannot_be_opened_is_named(tmp_path, name):
    with pytest.raises(BadRankingFile, match="cannot be read"):
        read_rankings(tmp_path / name, SIZES)


@given(st.dictionaries(st.text(min_size=1).filter(str.strip), st.sampled_from(weak_order_texts(4)), min_size=1))
def test_what_is_written_is_read_again(tmp_path_factory, orders):
    path = tmp_path_factory.mktemp("files") / "out.jsonl"
    rankings = {key: Ranked(order, ("a", "b")) for key, order in orders.items()}
    try:
        written = write_rankings(path, rankings.items())
    except UnicodeEncodeError:  # half of a surrogate pair, which no database holds
        return
    assert written == len(orders)
    assert read_rankings(path, dict.fromkeys(orders, 4)) == rankings


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path):
    path = tmp_path / "out.jsonl"
    path.write_text("old")

    def broken():
        yield "p1", Ranked("A>B>C")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_rankings(path, broken())
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [("out.jsonl", "old")]
