"""The pages that import and export: what they do, what they refuse, whom they let in."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape

from collective.audit.models import AuditEntry
from datasets import uploads
from datasets.exporting import WRITERS, encode
from elicitation.models import Assessment, Participant, Prompt, Role
from tests.datasets.ca1.making import annotator, assessment, comparison, rubric
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return make_study(slug="ours", title="Ours")


@pytest.fixture
def researcher(study, client):
    user = make_member(study, Role.RESEARCHER)
    client.force_login(user)
    return user


def jsonl(name, *lines):
    return SimpleUploadedFile(name, b"".join(line if isinstance(line, bytes) else encode(line) for line in lines))


def archive(**files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return SimpleUploadedFile("dataset.zip", held.getvalue())


def send(client, *files, **fields):
    return client.post(reverse("datasets:import", args=["ours"]), {"uploads": list(files), **fields})


def refused(response):
    assert response.status_code == 400
    (error,) = response.context["form"].errors["uploads"]
    assert escape(error) in response.content.decode()
    return error


# --- import ---------------------------------------------------------------------------------------------------


def test_import_works(client, researcher, study):
    assert client.get(reverse("datasets:import", args=["ours"])).status_code == 200
    response = send(
        client,
        jsonl("comparisons.jsonl", comparison("q1", assessment("p1"))),
        jsonl("annotators.jsonl", annotator("p1", age="25-34"), annotator("p2")),
        jsonl("conversation_rubrics.jsonl", rubric()),
    )
    assert response.status_code == 200
    page = response.content.decode()
    assert "The files are imported." in page
    assert response.context["report"].files["annotators.jsonl"]["people_added"] == 1
    assert (Prompt.objects.count(), Participant.objects.count()) == (1, 2)
    assert AuditEntry.objects.filter(action="study.imported", actor=researcher.email).count() == 3


def test_import_of_an_archive_with_the_files_in_a_folder(client, researcher, study):
    content = encode(comparison("q1", assessment("p1")))
    response = send(client, archive(**{"export/comparisons.jsonl": content, "export/README.md": b"Read me."}))
    assert response.status_code == 200
    assert Assessment.objects.count() == 1


def test_import_again_says_that_nothing_is_new(client, researcher, study):
    for expected in ("The files are imported.", "Nothing new"):
        response = send(client, jsonl("comparisons.jsonl", comparison("q1", assessment("p1"))))
        assert expected in response.content.decode()


def test_every_count_has_a_name_on_the_page(client, researcher, study):
    different = assessment("p1", blocks={"world": [{"rationale": "", "ranking": "D>C>B>A"}]})
    response = send(
        client,
        jsonl("comparisons.jsonl", comparison("q1", assessment("p1"), different)),
        jsonl("annotators.jsonl", annotator("p1", assessment("p1", conversation_id="q9"))),
        jsonl("merged_comparisons_annotators.jsonl"),
        jsonl("conversation_rubrics.jsonl", rubric(), rubric("q9")),
        keep_first="on",
    )
    assert response.status_code == 200
    assert "Second, different answers left out" in response.content.decode()
    assert [name for name, _counts in response.context["rows"]] == list(WRITERS)


def test_an_error_names_file_line_and_field_and_what_came_before_it(client, researcher, study):
    response = send(
        client,
        jsonl("comparisons.jsonl", comparison("q1")),
        jsonl("annotators.jsonl", annotator("p1"), annotator("p2", age=7)),
    )
    assert refused(response) == "annotators.jsonl, line 2, field demographics.age: text is expected."
    assert "What was imported before the error" in response.content.decode()
    assert (Prompt.objects.count(), Participant.objects.count()) == (1, 0)


def test_a_person_with_two_different_answers_is_refused_unless_said_otherwise(client, researcher, study):
    different = assessment("p1", blocks={"world": [{"rationale": "", "ranking": "D>C>B>A"}]})
    file = jsonl("comparisons.jsonl", comparison("q1", assessment("p1"), different))
    assert "'p1' has answered this prompt already" in refused(send(client, file))
    assert not Prompt.objects.exists()


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "Please choose at least one file."),
        ([jsonl("notes.txt", b"x")], "notes.txt: a file of this name is not expected"),
        ([jsonl("comparisons.jsonl")], "comparisons.jsonl: the file is empty"),
        ([jsonl("annotators.jsonl", annotator())], "comparisons.jsonl: it is needed first"),
        ([jsonl("comparisons.jsonl", b"{}\n")] * 2, "comparisons.jsonl: it comes twice."),
        ([SimpleUploadedFile("a.zip", b"PK no archive")], "a.zip: the archive cannot be read ("),
        ([archive(**{"readme.md": b"x"})], "dataset.zip: the archive holds none of comparisons.jsonl"),
        ([archive(**{"a/comparisons.jsonl": b"", "b/comparisons.jsonl": b""})], "comparisons.jsonl: it comes twice."),
    ],
)
def test_uploads_that_are_refused(client, researcher, study, files, message):
    for file in files:
        file.seek(0)
    assert refused(send(client, *files)).startswith(message)
    assert not Prompt.objects.exists()


def test_an_archive_cannot_write_outside_its_folder(client, researcher, study, tmp_path):
    content = encode(comparison("q1"))
    assert send(client, archive(**{"../../../comparisons.jsonl": content})).status_code == 200
    assert Prompt.objects.count() == 1


def test_an_archive_that_unpacks_to_too_much_is_refused(client, researcher, study, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_UNPACKED_BYTES", 1024 * 1024)
    bomb = archive(**{"comparisons.jsonl": b" " * (1024 * 1024 + 1)})
    assert "unpacked, it has more than 1 MiB" in refused(send(client, bomb))


def test_a_damaged_archive_is_refused(client, researcher, study):
    whole = archive(**{"comparisons.jsonl": encode(comparison("q1"))}).read()
    damaged = whole[:60] + bytes([whole[60] ^ 0xFF]) + whole[61:]
    assert "the archive cannot be read" in refused(send(client, SimpleUploadedFile("a.zip", damaged)))


def test_uploads_have_a_limit(client, researcher, study, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_UPLOAD_BYTES", 10)
    assert "import them by manage.py instead" in refused(send(client, jsonl("comparisons.jsonl", comparison("q1"))))


# --- export ---------------------------------------------------------------------------------------------------


def answered(study):
    make_assessment(make_prompt(study, criteria=1), make_participant(study, key="somebody"), world="A>B>C>D")


def test_export_works(client, researcher, study):
    answered(study)
    page = client.get(reverse("datasets:export", args=["ours"]))
    assert page.status_code == 200
    assert [value for _label, value in page.context["contents"]] == [1, 1, 1, 1, 0]
    response = client.post(reverse("datasets:export", args=["ours"]), {"file": "all"})
    assert response["Content-Disposition"] == 'attachment; filename="ours-ca1.zip"'
    assert response.streaming
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as files:
        assert files.namelist() == list(WRITERS)
        assert b"somebody" in files.read("comparisons.jsonl")
    entry = AuditEntry.objects.get(action="study.exported")
    assert entry.actor == researcher.email


def test_a_download_is_what_an_import_takes(client, researcher, study):
    answered(study)
    data = b"".join(client.post(reverse("datasets:export", args=["ours"])).streaming_content)
    other = make_study(slug="other")
    client.force_login(make_member(other, Role.RESEARCHER))
    sent = client.post(reverse("datasets:import", args=["other"]), {"uploads": SimpleUploadedFile("x.zip", data)})
    assert sent.status_code == 200
    again = b"".join(client.post(reverse("datasets:export", args=["other"])).streaming_content)
    assert again == data


@pytest.mark.parametrize("name", WRITERS)
def test_each_file_can_be_had_alone(client, researcher, study, name):
    answered(study)
    response = client.post(reverse("datasets:export", args=["ours"]), {"file": name})
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert b"".join(response.streaming_content).count(b"\n") == 1
    assert AuditEntry.objects.get(action="study.exported").details["lines"] == {name: 1}


def test_reading_the_page_exports_nothing(client, researcher, study):
    client.get(reverse("datasets:export", args=["ours"]), {"file": "all"})
    assert not AuditEntry.objects.filter(action="study.exported").exists()


# --- who may ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["import", "export"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_researchers_of_the_study_are_let_in(client, study, page, method):
    address = reverse(f"datasets:{page}", args=["ours"])
    ask = getattr(client, method)
    assert ask(address)["Location"] == f"{reverse('accounts:sign-in')}?next={address}"
    client.force_login(make_member(make_study(), Role.ADMIN))
    assert ask(address).status_code == 404
    client.force_login(make_member(study, Role.REVIEWER))
    assert ask(address).status_code == 403
    for user in (make_member(study, Role.RESEARCHER), make_member(study, Role.ADMIN), make_user(is_superuser=True)):
        client.force_login(user)
        assert ask(address).status_code in {200, 400}


@pytest.mark.parametrize("page", ["import", "export"])
def test_simulated_studies_say_so(client, researcher, study, page):
    address = reverse(f"datasets:{page}", args=["ours"])
    assert "Simulated data." not in client.get(address).content.decode()
    study.is_simulated = True
    study.save()
    assert "Simulated data." in client.get(address).content.decode()
