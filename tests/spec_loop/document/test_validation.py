"""What the import refuses and what it only tells."""

import pytest

from spec_loop.document import SpecInvalid, check, decode, validate

from .samples import SHORT, real_specs


@real_specs
def test_real_documents_have_no_errors(path):
    assert validate(decode(path.read_bytes())) == []


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "the document is empty"),
        ("\ufeff \n\n", 1, "the document is empty"),
        ("# A\n\nb\0c\n", 3, "the line holds a NUL character, so this is not a text file"),
        ("# A\n\n~~~\n# x\n", 3, "the fence that opens here is never closed"),
        ("# A {#a}\n\n# B {#a}\n", 3, 'the id "a" is already that of line 1'),
        (
            "# A\n\n~~~xml\n<user>\n</usr>\n~~~\n",
            5,
            "the XML of the example cannot be read (mismatched tag)",
        ),
        ("# A\n\n~~~xml\n<user>\nx\n~~~\n", 6, "the XML of the example cannot be read (mismatched tag)"),
    ],
)
def test_errors(text, line, message):
    problems = validate(text)
    assert [(p.line, p.message, p.is_error) for p in problems] == [(line, message, True)]
    with pytest.raises(SpecInvalid) as refusal:
        check(text)
    assert str(refusal.value) == f"line {line}: {message}"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("# A\n\nSee [?](#nowhere).\n", 3, 'there is no section "#nowhere" for the link to lead to'),
        (
            "# A {#a authority=king}\n",
            1,
            '"king" is not a level of authority; there are root, system, developer, user, guideline',
        ),
        ("Only words.\n", 1, "the document has no heading, so it is one single section"),
        ("\ufeff# A\n", 1, "the file begins with a byte order mark, which is kept"),
        ("# A\n\n**Example**: lost\n\nwords\n", 3, "the example has no conversation in a ~~~xml fence below it"),
        ("# A\n\n~~~xml\n<asistant>x</asistant>\n~~~\n", 4, "<asistant> is not an element examples have"),
    ],
)
def test_warnings(text, line, message):
    assert [(p.line, p.message, p.is_error) for p in validate(text)] == [(line, message, False)]
    check(text)


def test_the_older_level_platform_is_known():
    assert validate("# A {#a authority=platform}\n") == []


def test_several_errors_are_counted():
    with pytest.raises(SpecInvalid, match=r"^line 2: the id .* \(and 1 more\)$"):
        check("# A {#a}\n# B {#a}\n# C {#a}\n")


def test_bytes_that_are_not_utf_8_are_named_by_line_and_byte():
    with pytest.raises(SpecInvalid) as refusal:
        decode(b"# A\r\n\r\nno \xff here\n")
    assert str(refusal.value) == "line 3: byte 11 of the file (hex ff) is not UTF-8 text"


def test_entities_cannot_be_declared_in_an_example():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><user>&a;</user>'
    assert [p.is_error for p in validate(f"# A\n\n~~~xml\n{bomb}\n~~~\n")] == [True]


def test_the_short_sample_is_valid():
    assert validate(SHORT) == []
