"""A reviewer decides by what the diff shows: it must show all of a change and nothing else."""

import time

from hypothesis import given, settings

from spec_loop.document import diff_documents, diff_words

from .samples import SHORT, documents, model_specs


def _joined(diffs, operation):
    return "".join(text for diff in diffs for kind, text in diff.words if kind in {"equal", operation})


@settings(deadline=None)
@given(documents(), documents())
def test_all_words_of_both_documents_are_there(old, new):
    diffs = diff_documents(old, new)
    assert sorted(_joined(diffs, "delete")) == sorted(old.lstrip("\r\n"))
    assert _joined([d for d in diffs if d.kind != "removed"], "insert") == new


@settings(deadline=None)
@given(documents())
def test_a_document_does_not_differ_from_itself(text):
    assert {diff.kind for diff in diff_documents(text, text)} == {"same"}


def test_a_changed_word_is_the_only_change():
    diffs = diff_documents(SHORT, SHORT.replace("both sides", "all sides"))
    assert [(d.section_id, d.kind) for d in diffs] == [
        ("start", "same"),
        ("sides", "changed"),
        ("detail", "same"),
        ("risks", "same"),
    ]
    changed = [words for words in diffs[1].words if words[0] != "equal"]
    assert changed == [("delete", "both"), ("insert", "all")]


def test_a_section_with_a_new_id_is_renamed():
    new = SHORT.replace("#risks", "#dangers").replace("## Risks", "## Dangers").replace("danger.", "danger, please.")
    renamed = diff_documents(SHORT, new)[-1]
    assert (renamed.kind, renamed.old_id, renamed.section_id) == ("renamed", "risks", "dangers")
    assert (renamed.old_title, renamed.title) == ("Risks", "Dangers")


def test_added_and_removed_sections_stand_in_their_place():
    new = SHORT.replace("### Detail {#detail}\n\nOne more thing.\n\n", "") + "\n## New {#new}\n\nSomething else.\n"
    assert [(d.section_id, d.kind) for d in diff_documents(SHORT, new)] == [
        ("start", "same"),
        ("sides", "same"),
        ("detail", "removed"),
        ("risks", "changed"),
        ("new", "added"),
    ]


def test_an_inherited_authority_that_changes_is_told():
    diffs = diff_documents(SHORT, SHORT.replace("authority=user", "authority=root"))
    assert [(d.section_id, d.kind, d.old_authority, d.authority) for d in diffs if d.changes_authority] == [
        ("sides", "changed", "user", "root"),
        ("detail", "same", "user", "root"),
    ]


def test_the_fewest_sections_have_moved():
    old = "".join(f"# {name} {{#{name}}}\n" for name in "abcde")
    new = "".join(f"# {name} {{#{name}}}\n" for name in "bcdae")
    assert [d.section_id for d in diff_documents(old, new) if d.is_moved] == ["a"]


def test_a_sentence_that_stays_is_not_shown_twice_in_a_long_paragraph():
    start, end = (
        "It should, by default, weigh what matters to them. " * 12,
        " It should say so plainly. " + "And so on. " * 40,
    )
    words = diff_words(f"{start}First, remind them of their duties.{end}", f"{start}Never lecture.{end}")
    assert [pair for pair in words if pair[0] != "equal"] == [
        ("delete", "First, remind them of their duties"),
        ("insert", "Never lecture"),
    ]


def test_scraps_between_changes_are_not_kept():
    words = diff_words("the assistant must decline", "a helper, kindly, should explain")
    assert [kind for kind, _ in words] == ["delete", "insert"]


def test_two_real_versions_are_compared_quickly():
    old, new = model_specs()
    started = time.process_time()
    diffs = diff_documents(old, new)
    assert time.process_time() - started < 3
    assert _joined(diffs, "insert") == new
    assert {(d.old_id, d.section_id) for d in diffs if d.kind == "renamed"} == {
        ("protect_privileged_messages", "protect_privileged_information"),
        ("be_kind", "love_humanity"),
        ("be_empathetic", "be_responsible"),
        ("be_engaging", "have_conversational_sense"),
    }


def test_long_texts_without_a_common_line_end_in_time():
    old = " ".join(f"word{number}" for number in range(9000))
    new = " ".join(f"other{number}" for number in range(9000))
    started = time.process_time()
    assert [kind for kind, _ in diff_words(old, new)] == ["delete", "insert"]
    assert time.process_time() - started < 3
