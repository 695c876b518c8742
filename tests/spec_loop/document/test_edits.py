"""An edit applies exactly or says why not."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from spec_loop.document import Edit, EditRefused, Operation, apply_edit, diff_documents, parse

from .samples import SHORT, documents, model_specs

EXAMPLE = "**Example**: new\n\n~~~xml\n<user>\nHi\n</user>\n~~~"


def edit(operation, section, anchor="", text="", **fields):
    return Edit(Operation(operation), section, anchor, text, **fields)


def test_a_replacement_changes_its_words_only():
    result = apply_edit(SHORT, edit("replace", "sides", "be brief", "be very brief"))
    assert result == SHORT.replace("be brief", "be very brief")


def test_an_inserted_sentence_gets_its_space():
    result = apply_edit(SHORT, edit("insert_text", "risks", "Warn of danger.", "Say why."))
    assert "Warn of danger. Say why.\n" in result


def test_text_without_an_anchor_becomes_the_last_paragraph():
    result = apply_edit(SHORT, edit("insert_text", "sides", text="Be kind."))
    assert "</comparison>\n~~~\n\nBe kind.\n\n### Detail" in result


def test_a_section_goes_after_all_that_is_under_the_one_named():
    result = apply_edit(SHORT, edit("insert_section", "sides", text="## Tone {#tone authority=user}\n\nBe calm."))
    assert [s.id for s in parse(result).sections] == ["start", "sides", "detail", "tone", "risks"]
    assert "\n\nBe calm.\n\n## Risks" in result


def test_a_section_can_go_to_the_end():
    assert apply_edit(SHORT, edit("insert_section", "risks", text="## Z {#z}\n")) == SHORT + "\n## Z {#z}\n"


def test_a_section_goes_with_all_that_is_under_it():
    text = SHORT.replace("see [?](#risks)", "").replace("BAD[#risks]", "BAD")
    assert [s.id for s in parse(apply_edit(text, edit("remove_section", "sides"))).sections] == ["start", "risks"]


def test_the_first_section_leaves_no_blank_line():
    assert apply_edit("# A\n\nx\n\n# B\n", edit("remove_section", "a")) == "# B\n"


def test_an_example_goes_after_the_line_of_its_anchor():
    result = apply_edit(SHORT, edit("insert_example", "sides", "be brief", EXAMPLE))
    assert f"It should be brief.\n\n{EXAMPLE}\n\n**Example**: a quarrel" in result


def test_an_example_anchored_in_an_example_goes_after_it():
    result = apply_edit(SHORT, edit("insert_example", "sides", "Both have a point.", EXAMPLE))
    assert f"</comparison>\n~~~\n\n{EXAMPLE}\n\n### Detail" in result


def test_an_example_is_removed_whole():
    result = apply_edit(SHORT, edit("remove_example", "sides", "Both have"))
    assert "It should be brief.\n\n### Detail" in result
    assert "quarrel" not in result


def test_line_ends_are_the_documents_own():
    text = SHORT.replace("\n", "\r\n")
    result = apply_edit(text, edit("replace", "sides", "brief.\n\n**Example**", "brief.\n\nAnd kind.\n\n**Example**"))
    assert result.count("\n") == result.count("\r\n") == text.count("\n") + 2


def test_authority_changes_where_the_edit_says_so():
    change = edit("replace", "sides", "authority=user", "authority=root", changes_authority=True)
    assert parse(apply_edit(SHORT, change)).by_id["detail"].authority == "root"


def test_an_id_can_be_changed_with_its_links():
    text = SHORT.replace("[?](#sides)", "it").replace("## Risks", "## Hazards")
    result = apply_edit(text, edit("replace", "sides", "{#sides ", "{#views "))
    assert parse(result).by_id["detail"].parent_id == "views"


REFUSALS = [
    (edit("replace", "nowhere", "a", "b"), 'There is no section "#nowhere" in the document.'),
    (edit("replace", "sides", "", "b"), "A replacement needs the exact text it replaces."),
    (edit("replace", "sides", "Warn", "b"), 'The anchor does not occur in section "#sides": "Warn"'),
    (
        edit("replace", "sides", "<assistant>", "b"),
        'The anchor occurs more than once in section "#sides", so it names no one place: "<assistant>"',
    ),
    (edit("replace", "sides", "brief", "brief"), "The edit changes nothing."),
    (edit("insert_text", "sides", "brief", " \n"), "There is no text to insert."),
    (
        edit("replace", "sides", "authority=user", "authority=root"),
        'The edit changes the authority of section "#sides" from user to root without saying so.',
    ),
    (
        edit("replace", "risks", "{#risks", "{#dangers"),
        'With the edit, on line 3: there is no section "#risks" for the link to lead to.',
    ),
    (
        edit("replace", "risks", "Warn of danger.", "See [?](#gone)."),
        'With the edit, on line 31: there is no section "#gone" for the link to lead to.',
    ),
    (
        edit("replace", "risks", "Warn", "~~~\nWarn"),
        "With the edit, on line 31: the fence that opens here is never closed.",
    ),
    (
        edit("replace", "risks", "{#risks", "{#sides"),
        'With the edit, on line 29: the id "sides" is already that of line 5.',
    ),
    (
        edit("replace", "sides", "Who is right?\n</user>", "Who?"),
        "With the edit, on line 22: the XML of the example cannot be read (mismatched tag).",
    ),
    (
        edit("insert_text", "risks", text="## Sneaked in {#x}\n\nObey."),
        "The edit would add or remove a section. Use insert_section or remove_section if that is meant.",
    ),
    (
        edit("replace", "detail", "### Detail", "## Detail"),
        'The edit would change the place, level or id of section "#detail".',
    ),
    (edit("insert_section", "sides", text="No heading."), "A new section begins with its heading."),
    (
        edit("insert_section", "sides", "Detail", "## N {#n}"),
        "A section is inserted after a section, not at an anchor.",
    ),
    (
        edit("insert_section", "sides", text="## New\n"),
        'The new section "New" needs an id, as in "## Title {#id}".',
    ),
    (edit("insert_section", "sides", text="## Risks {#risks}"), 'There is a section "#risks" already.'),
    (
        edit("insert_section", "sides", text="# Over {#over}"),
        'The edit would change the place, level or id of section "#risks".',
    ),
    (
        edit("remove_section", "risks"),
        'With the edit, on line 3: there is no section "#risks" for the link to lead to.',
    ),
    (edit("remove_section", "start"), "The only section of a document cannot be removed."),
    (edit("remove_section", "risks", "Warn"), "A section is removed as a whole, without anchor or text."),
    (
        edit("insert_example", "risks", text="Just words."),
        "A new example is a line **Example**: with its title, and a ~~~xml fence below it.",
    ),
    (
        edit("insert_example", "risks", text=f"{EXAMPLE}\n\nObey."),
        "A new example is a line **Example**: with its title, and a ~~~xml fence below it.",
    ),
    (edit("remove_example", "sides"), "Removing an example takes an anchor inside it, and no text."),
    (
        edit("remove_example", "sides", "be brief"),
        'The anchor does not stand in an example of section "#sides".',
    ),
]


@pytest.mark.parametrize(("change", "sentence"), REFUSALS, ids=[sentence[:50] for _, sentence in REFUSALS])
def test_refusals(change, sentence):
    with pytest.raises(EditRefused) as refusal:
        apply_edit(SHORT, change)
    assert str(refusal.value) == sentence


def test_a_document_with_errors_is_not_edited():
    with pytest.raises(EditRefused, match=r"^The document itself has an error, on line 2: "):
        apply_edit("# A {#a}\n# B {#a}\n", edit("insert_text", "a", text="x"))


def test_a_problem_the_document_had_is_no_reason_to_refuse():
    text = SHORT.replace("Opening words", "Opening words [?](#lost)")
    assert apply_edit(text, edit("replace", "risks", "danger", "dangers"))


def test_overlapping_occurrences_are_two():
    with pytest.raises(EditRefused, match="more than once"):
        apply_edit("# A {#a}\n\naaa\n", edit("replace", "a", "aa", "b"))


@pytest.mark.parametrize(
    "data",
    [
        {"operation": "shout", "section_id": "a"},
        {"operation": "replace"},
        {"operation": "replace", "section_id": 3},
        {"operation": "replace", "section_id": "a", "why": "x"},
        {"operation": "replace", "section_id": "a", "changes_authority": "yes"},
        {"section_id": "a"},
    ],
)
def test_json_that_is_no_edit_is_refused(data):
    with pytest.raises(EditRefused):
        Edit.from_json(data)


def test_edits_survive_json():
    change = edit("replace", "sides", "a", "b", changes_authority=True)
    assert Edit.from_json(change.to_json()) == change


# --- properties ----------------------------------------------------------------------------------------


@st.composite
def replacements(draw):
    text = draw(documents())
    section = draw(st.sampled_from(parse(text).sections))
    words = [word for word in set(section.body.split()) if word.isalpha() and section.text.count(word) == 1]
    assume(words)
    return text, edit("replace", section.id, draw(st.sampled_from(sorted(words))), "Newword")


@settings(deadline=None)
@given(replacements())
def test_the_diff_shows_just_the_edit_and_undoing_restores_every_byte(case):
    text, change = case
    try:
        result = apply_edit(text, change)
    except EditRefused:
        assume(False)  # the word names an element or a fence
    changed = [diff for diff in diff_documents(text, result) if diff.kind != "same"]
    assert [(diff.section_id, diff.kind) for diff in changed] == [(change.section_id, "changed")]
    assert [w for w in changed[0].words if w[0] != "equal"] == [("delete", change.anchor), ("insert", "Newword")]
    assert apply_edit(result, edit("replace", change.section_id, "Newword", change.anchor)) == text


@settings(deadline=None)
@given(documents(), st.data())
def test_removing_what_was_inserted_restores_every_byte(text, data):
    section = data.draw(st.sampled_from(parse(text).sections))
    new = "#" * section.level + " New {#brand_new}\n\nSome words.\n"
    result = apply_edit(text, edit("insert_section", section.id, text=new))
    assert [d.section_id for d in diff_documents(text, result) if d.kind == "added"] == ["brand_new"]
    assert apply_edit(result, edit("remove_section", "brand_new")) == text
    with_example = apply_edit(text, edit("insert_example", section.id, text=EXAMPLE.replace("new", "brand new")))
    assert apply_edit(with_example, edit("remove_example", section.id, "brand new")) == text


@settings(deadline=None)
@given(documents(), st.text(max_size=12), st.text(max_size=12), st.sampled_from(list(Operation)))
def test_any_edit_is_applied_or_refused(text, anchor, replacement, operation):
    try:
        result = apply_edit(text, edit(operation, parse(text).sections[0].id, anchor, replacement))
    except EditRefused:
        return
    assert result != text


def test_a_real_document_is_edited_quickly():
    text = model_specs()[1]
    change = edit(
        "replace", "letter_and_spirit", "The assistant should consider not just", "The assistant considers not just"
    )
    diffs = [d for d in diff_documents(text, apply_edit(text, change)) if d.kind != "same"]
    assert [d.section_id for d in diffs] == ["letter_and_spirit"]
