"""A version must be the very bytes that were given, and nothing half-read may become one."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from collective.audit.models import AuditEntry
from elicitation.models import Role
from spec_loop.document import SpecInvalid
from spec_loop.models import Document, SpecVersion
from spec_loop.versions import (
    ImportRefused,
    NoSuchDocument,
    add_version,
    find_version,
    get_document,
    import_spec,
    may_import_into,
    receive_spec,
    visible_documents,
)
from tests.factories import make_member, make_study, make_user

from .document.samples import SHORT, real_specs

pytestmark = pytest.mark.django_db


@real_specs
def test_real_documents_come_back_byte_for_byte(path):
    data = path.read_bytes()
    version = import_spec(by=None, name="spec", data=data)
    stored = SpecVersion.objects.get(pk=version.pk)
    assert stored.text.encode() == data
    assert (stored.number, stored.source, stored.document.current) == (1, "import", stored)


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf# A\r\n\r\ntext", b"# A\n\x0b\x0c\xe2\x80\xa8end\r"])
def test_odd_bytes_come_back_too(data):
    version = import_spec(by=None, name="spec", data=data)
    assert SpecVersion.objects.get(pk=version.pk).text.encode() == data


def test_the_same_bytes_make_no_second_version():
    first = import_spec(by=None, name="spec", data=SHORT.encode())
    second = import_spec(by=None, name="spec", data=SHORT.replace("brief", "short").encode())
    again = receive_spec(by=None, name="spec", data=SHORT.encode())
    assert (again.version, again.is_new) == (first, False)
    assert get_document("spec").current == second
    assert (second.number, second.parent) == (2, first)


def test_an_import_is_recorded_once():
    study = make_study()
    for _ in range(2):
        import_spec(by=make_user(), name="spec", data=SHORT.encode(), study=study)
    assert list(AuditEntry.objects.values_list("action", "target", "study").order_by("number")) == [
        ("spec.imported", "document:spec", study.slug),
        ("spec.shown_to_study", "document:spec", study.slug),
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "line 1: the document is empty"),
        (b"# A\n\nx\xff\n", "line 3: byte 7 of the file (hex ff) is not UTF-8 text"),
        (b"# A\n\0", "line 2: the line holds a NUL character, so this is not a text file"),
        (b"# A\n~~~\n", "line 2: the fence that opens here is never closed"),
        (b"# A {#a}\n# B {#a}\n", 'line 2: the id "a" is already that of line 1'),
        (b"# A\n" + b"x" * 5 * 1024 * 1024, "the file has 5,242,884 bytes; a document may have 5,242,880"),
    ],
)
def test_what_cannot_be_read_leaves_nothing_behind(data, sentence):
    with pytest.raises(ImportRefused) as refusal:
        import_spec(by=None, name="spec", data=data)
    assert str(refusal.value) == sentence
    assert not Document.objects.exists()


def test_a_name_must_fit_into_an_address():
    with pytest.raises(ImportRefused, match=r"^A document's name is made of letters"):
        import_spec(by=None, name="my spec", data=SHORT.encode())


def test_a_text_that_comes_back_is_its_old_version():
    first = import_spec(by=None, name="spec", data=SHORT.encode())
    document = first.document
    added = add_version(
        by=None, document=document, text=SHORT + "\nMore.\n", source=SpecVersion.Source.ADOPTION, note="More"
    )
    assert (added.number, added.note, added.parent) == (2, "More", first)
    back = add_version(by=None, document=document, text=SHORT, source=SpecVersion.Source.ADOPTION, note="Back")
    assert back == first
    assert get_document("spec").current == first


def test_an_invalid_text_becomes_no_version():
    document = import_spec(by=None, name="spec", data=SHORT.encode()).document
    with pytest.raises(SpecInvalid):
        add_version(by=None, document=document, text="# A\n~~~\n", source=SpecVersion.Source.ADOPTION, note="x")
    assert document.versions.count() == 1


def test_versions_are_found_by_the_beginning_of_their_hash():
    version = import_spec(by=None, name="spec", data=SHORT.encode())
    assert find_version(version.document, version.hash[:12]) == version
    for prefix in (version.hash[:11], "0" * 12):
        with pytest.raises(NoSuchDocument):
            find_version(version.document, prefix)


def test_a_document_nobody_imported_is_named():
    with pytest.raises(NoSuchDocument, match=r"^There is no document 'nowhere'\. Import it with: "):
        get_document("nowhere")


def test_documents_are_seen_by_the_staff_of_their_studies_and_by_admins():
    study = make_study()
    shown = import_spec(by=None, name="shown", data=SHORT.encode(), study=study).document
    hidden = import_spec(by=None, name="hidden", data=SHORT.encode()).document
    other = import_spec(by=None, name="other", data=SHORT.encode(), study=make_study()).document
    member, admin = make_member(study, Role.REVIEWER), make_user(is_superuser=True)
    assert list(visible_documents(admin)) == [hidden, other, shown]
    assert list(visible_documents(member)) == [shown]


def test_a_taken_name_takes_a_researcher_of_the_document():
    study = make_study()
    import_spec(by=None, name="spec", data=SHORT.encode(), study=study)
    reviewer, researcher = make_member(study, Role.REVIEWER), make_member(study, Role.RESEARCHER)
    assert [may_import_into(user, "spec") for user in (reviewer, researcher, make_user())] == [False, True, False]
    assert may_import_into(reviewer, "free")


# --- the command ----------------------------------------------------------------------------------------------


def test_the_command_imports_and_says_when_nothing_is_new(tmp_path, capsys):
    file = tmp_path / "spec.md"
    file.write_bytes(SHORT.replace("\n", "\r\n").encode())
    study = make_study()
    call_command("import_spec", str(file), document="spec", title="Our spec", study=study.slug)
    call_command("import_spec", str(file), document="spec")
    version = SpecVersion.objects.get()
    assert capsys.readouterr().out.splitlines() == [
        f"Imported {file} as version 1 of 'spec' ({version.hash[:12]}).",
        f"Nothing new: version 1 of 'spec' ({version.hash[:12]}) holds these very bytes.",
    ]
    assert (version.document.title, list(version.document.studies.all())) == ("Our spec", [study])


def test_the_command_tells_warnings(tmp_path, capsys):
    file = tmp_path / "spec.md"
    file.write_text("# A\n" + "[?](#lost)\n" * 12)
    call_command("import_spec", str(file), document="spec")
    out = capsys.readouterr().out.splitlines()
    assert out[1] == 'Warning, line 2: there is no section "#lost" for the link to lead to.'
    assert out[-1] == "And 2 more warnings."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"# A\n~~~\n", "{file}, line 2: the fence that opens here is never closed"),
        (b"# A\n\xc3(", "{file}, line 2: byte 5 of the file (hex c3) is not UTF-8 text"),
        (b"#" * (5 * 1024 * 1024 + 1), "{file}: the file has 5,242,881 bytes; a document may have 5,242,880."),
        (None, "{file} is not a file."),
    ],
)
def test_the_command_refuses_with_file_and_line(tmp_path, data, sentence):
    file: Path = tmp_path / "spec.md"
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(CommandError) as refusal:
        call_command("import_spec", str(file), document="spec")
    assert (str(refusal.value), refusal.value.returncode) == (sentence.format(file=file), 2)
    assert not Document.objects.exists()


def test_the_command_knows_its_studies(tmp_path):
    with pytest.raises(CommandError, match=r"^There is no study 'nowhere'\.$"):
        call_command("import_spec", str(tmp_path / "x"), document="spec", study="nowhere")
