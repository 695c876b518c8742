"""A document that loses a byte when it is parsed loses it for everybody who adopts an edit later."""

from hypothesis import given, settings
from hypothesis import strategies as st

from spec_loop.document import parse, serialise

from .samples import SHORT, documents, model_specs, real_specs


@real_specs
def test_real_documents_lose_no_byte(path):
    data = path.read_bytes()
    assert serialise(parse(data.decode())).encode() == data


@settings(deadline=None)
@given(st.text())
def test_any_text_loses_nothing(text):
    assert serialise(parse(text)) == text


@settings(deadline=None)
@given(st.text(alphabet="#~`>-! \t\r\n\ufeffab{}<!-->", max_size=80))
def test_no_arrangement_of_marks_loses_anything(text):
    assert serialise(parse(text)) == text


@settings(deadline=None)
@given(documents())
def test_documents_lose_nothing_and_fake_headings_are_none(text):
    document = parse(text)
    assert serialise(document) == text
    fake = {"not a heading", "nor this", "nor here", "hidden", "x", "y"}
    assert [section.title for section in document.sections if section.title in fake] == []
    assert sum(line.startswith("#") for line in text.splitlines()) >= len(document.sections)
    assert len({section.id for section in document.sections}) == len(document.sections)


def test_the_newer_model_spec_is_read_in_full():
    document = parse(model_specs()[1])
    assert len(document.sections) == 80
    assert sum(len(section.examples) for section in document.sections) == 183
    assert "functions" not in {section.title for section in document.sections}
    teens = document.by_id["prioritize_teen_safety"]
    assert (teens.authority, teens.tags, teens.parent_id) == ("root", ("under_18",), "chatgpt_u18")
    first = teens.examples[0].transcript
    assert [turn.role for turn in first.turns] == ["system", "user"]
    assert first.turns[0].parts[0].kind == "settings"
    assert [answer.verdict for answer in first.answers] == ["GOOD", "BAD", "BAD"]


def test_sections_know_their_place():
    document = parse(SHORT)
    assert [(s.id, s.level, s.parent_id, s.line) for s in document.sections] == [
        ("start", 1, "", 1),
        ("sides", 2, "start", 5),
        ("detail", 3, "sides", 25),
        ("risks", 2, "start", 29),
    ]
    sides = document.by_id["sides"]
    assert (sides.title, sides.tags) == ("Sides", ("politics", "faith"))
    assert SHORT[sides.start : sides.end] == sides.text
    assert document.subtree_end(sides) == document.by_id["risks"].start


def test_authority_comes_from_the_nearest_section_above():
    document = parse(SHORT)
    assert [(s.own_authority, s.authority) for s in document.sections] == [
        ("", ""),
        ("user", "user"),
        ("", "user"),
        ("root", "root"),
    ]


def test_links_are_found_in_text_and_in_comments_of_examples():
    document = parse(SHORT)
    assert [link.target for link in document.by_id["start"].links] == ["risks"]
    assert [link.target for link in document.by_id["sides"].links] == ["sides", "risks"]


def test_what_people_say_in_examples_or_stands_in_code_is_no_link():
    text = "# A {#a}\n\n`[?](#code)`\n\n~~~xml\n<user>\n[?](#said)\n</user>\n~~~\n"
    assert parse(text).sections[0].links == ()


def test_examples_tell_verdict_rule_and_comment():
    good, bad = parse(SHORT).by_id["sides"].examples[0].transcript.answers
    assert (good.verdict, good.comment, good.text) == ("GOOD", "fair, as [?](#sides) asks", "Both have a point.")
    assert (bad.verdict, bad.rule, bad.comment) == ("BAD", "risks", "")


def test_ids_are_made_from_titles_where_none_is_given():
    text = "# Don't *lie*, ever\n# Twice\n# Twice\n# Given {#twice_2}\n#\n"
    assert [section.id for section in parse(text).sections] == [
        "dont_lie_ever",
        "twice",
        "twice_3",
        "twice_2",
        "section",
    ]


def test_braces_that_are_no_attributes_belong_to_the_title():
    section = parse("# Write {name} here {maybe so}\n").sections[0]
    assert (section.title, section.id_is_given) == ("Write {name} here {maybe so}", False)


def test_text_before_the_first_heading_is_a_section_of_its_own():
    document = parse("\n\nSome words.\n\n# A\n")
    assert [(s.id, s.level, s.text) for s in document.sections] == [
        ("opening", 0, "\n\nSome words.\n\n"),
        ("a", 1, "# A\n"),
    ]


def test_a_byte_order_mark_does_not_hide_the_first_heading():
    document = parse("\ufeff# A {#a}\r\n\r\nText\r\n")
    assert [s.id for s in document.sections] == ["a"]
    assert serialise(document).startswith("\ufeff#")


def test_only_line_ends_of_markdown_end_a_line():
    assert [s.title for s in parse("# A\u2028# b\x0c# c\n").sections] == ["A\u2028# b\x0c# c"]


def test_a_fence_is_closed_only_by_its_own_kind():
    text = "# A\n~~~~\n# x\n~~~\n```\n~~~~ no\n    ~~~~\n# y\n~~~~~\n# B\n"
    assert [s.title for s in parse(text).sections] == ["A", "B"]


def test_a_fence_in_a_list_ends_with_the_list():
    text = "# A\n\n- one\n\n    ~~~\n    # x\n\nAfter.\n\n# B\n"
    document = parse(text)
    assert [s.title for s in document.sections] == ["A", "B"]
    assert [fence.is_closed for fence in document.shape.fences] == [False]


def test_code_by_indentation_opens_no_fence():
    document = parse("# A\n\ntext\n\n    ~~~\n\n# B\n")
    assert [s.title for s in document.sections] == ["A", "B"]
    assert document.shape.fences == ()


def test_long_lines_of_blanks_are_read_in_no_time():
    blanks = " " * 400_000
    text = f"# A{blanks}title {{#a}}{blanks}\n\n# B{blanks}# b\n\n~~~ {blanks}x\n~~~\n"
    first, second = parse(text).sections
    assert (first.id, first.title) == ("a", f"A{blanks}title")
    assert second.title == f"B{blanks}# b"


def test_a_fence_may_name_its_language_by_nothing_but_a_form_feed():
    assert [fence.language for fence in parse("~~~\f\n~~~\n").shape.fences] == [""]
