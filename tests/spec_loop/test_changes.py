"""What a reviewer is spared must be unchanged text, and only that."""

from spec_loop.changes import KEPT, SKIP, compare, shorten

from .document.samples import SHORT


def test_unchanged_sections_are_gathered():
    comparison = compare(SHORT, SHORT.replace("One more thing", "One thing"))
    assert [[d.section_id for d in stretch.unchanged] for stretch in comparison.stretches] == [
        ["start", "sides"],
        [],
        ["risks"],
    ]
    assert [diff.section_id for diff in comparison.changed] == ["detail"]
    assert comparison.counts == {"changed": 1, "renamed": 0, "added": 0, "removed": 0, "same": 3}


def test_a_section_that_only_inherits_another_authority_is_not_unchanged():
    comparison = compare(SHORT, SHORT.replace("authority=user", "authority=root"))
    assert [d.section_id for d in comparison.changed] == ["sides", "detail"]


def test_only_unchanged_text_is_left_out():
    long = "word " * 400
    words = shorten([("equal", long), ("delete", long), ("insert", "x"), ("equal", long)])
    assert [kind for kind, _ in words] == [SKIP, "equal", "delete", "insert", "equal", SKIP]
    assert words[2] == ("delete", long)
    assert all(len(text) <= KEPT for kind, text in words if kind == "equal")


def test_whole_lines_are_kept_where_there_are_any():
    lines = "".join(f"line {number}, of some length to speak of\n" for number in range(60))
    _, head, _, tail, _ = [pair[1] for pair in shorten([("insert", "a"), ("equal", lines), ("insert", "b")])]
    assert head.endswith("\n")
    assert tail.startswith("line ")
    assert lines.startswith(head)
    assert lines.endswith(tail)


def test_short_text_between_changes_stays():
    words = [("insert", "a"), ("equal", "word " * 20), ("delete", "b")]
    assert shorten(words) == words
