"""Pages of spec documents."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from elicitation.models import Role
from spec_loop.models import Document, SpecVersion
from spec_loop.versions import import_spec
from tests.factories import make_member, make_study, make_user
from tests.spec_loop.document.samples import SHORT

pytestmark = pytest.mark.django_db
CHANGED = SHORT.replace("both sides", "all sides")


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def versions(study):
    texts = (SHORT.replace("\n", "\r\n"), CHANGED.replace("\n", "\r\n"))
    return [import_spec(by=None, name="spec", data=text.encode(), title="Our spec", study=study) for text in texts]


@pytest.fixture
def reviewer(client, study):
    user = make_member(study, Role.REVIEWER)
    client.force_login(user)
    return user


@pytest.fixture
def researcher(client, study):
    user = make_member(study, Role.RESEARCHER)
    client.force_login(user)
    return user


def addresses(versions):
    old, new = versions
    return {
        "documents": reverse("spec_loop:documents"),
        "document": reverse("spec_loop:document", args=["spec"]),
        "version": reverse("spec_loop:version", args=["spec", new.hash]),
        "raw": reverse("spec_loop:raw", args=["spec", new.hash]),
        "diff": reverse("spec_loop:diff", args=["spec", old.hash, new.hash]),
        "compare": f"{reverse('spec_loop:compare', args=['spec'])}?old={old.hash}&new={new.hash}",
    }


def test_it_works(client, reviewer, versions):
    for name, address in addresses(versions).items():
        assert client.get(address).status_code == (302 if name == "compare" else 200), name


def test_pages_are_for_signed_in_people(client, versions):
    for address in [*addresses(versions).values(), reverse("spec_loop:import")]:
        assert client.get(address)["Location"].startswith(reverse("accounts:sign-in"))


def test_staff_of_other_studies_see_nothing(client, versions):
    client.force_login(make_member(make_study(), Role.ADMIN))
    for name, address in addresses(versions).items():
        response = client.get(address)
        if name == "documents":
            assert "Our spec" not in response.content.decode()
        else:
            assert response.status_code == 404, name


def test_admins_see_documents_of_no_study(client):
    import_spec(by=None, name="spec", data=SHORT.encode(), title="Our spec")
    client.force_login(make_user(is_superuser=True))
    assert "Our spec" in client.get(reverse("spec_loop:documents")).content.decode()


def test_versions_of_another_document_are_not_found(client, study, reviewer, versions):
    other = import_spec(by=None, name="other", data=b"# Other\n", study=study)
    assert client.get(reverse("spec_loop:version", args=["spec", other.hash])).status_code == 404
    assert client.get(reverse("spec_loop:diff", args=["spec", versions[0].hash, other.hash])).status_code == 404


def test_the_document_lists_its_versions(client, reviewer, versions):
    response = client.get(reverse("spec_loop:document", args=["spec"]))
    assert [version.number for version in response.context["versions"]] == [2, 1]
    assert response.context["may_import"] is False


def test_the_version_is_a_page_to_read(client, reviewer, versions):
    page = client.get(reverse("spec_loop:version", args=["spec", versions[0].hash])).content.decode()
    assert 'id="section-sides"' in page
    assert 'href="#section-sides"' in page
    assert "This is not the current version." in page


def test_the_download_is_the_very_bytes(client, reviewer, versions):
    response = client.get(reverse("spec_loop:raw", args=["spec", versions[0].hash]))
    assert response.content == SHORT.replace("\n", "\r\n").encode()
    assert response["Content-Disposition"] == f'attachment; filename="spec-{versions[0].hash[:12]}.md"'


def test_the_comparison_shows_the_words(client, reviewer, versions):
    page = client.get(addresses(versions)["diff"]).content.decode()
    assert "both<" in page
    assert "all<" in page
    assert "2 unchanged sections" in page


def test_choosing_two_versions_leads_to_their_comparison(client, reviewer, versions):
    places = addresses(versions)
    assert client.get(places["compare"])["Location"] == places["diff"]
    assert client.get(reverse("spec_loop:compare", args=["spec"])).status_code == 404


# --- importing ----------------------------------------------------------------------------------------------


def upload(client, study, data=None, **fields):
    file = SimpleUploadedFile("spec.md", SHORT.encode() if data is None else data)
    study_field = {"study": study.pk} if study else {}
    return client.post(reverse("spec_loop:import"), {"file": file, "name": "spec", **study_field, **fields})


def test_a_researcher_imports(client, researcher, study):
    response = upload(client, study, title="Our spec")
    version = SpecVersion.objects.get()
    assert response["Location"] == reverse("spec_loop:version", args=["spec", version.hash])
    assert (version.text, version.created_by, list(version.document.studies.all())) == (SHORT, researcher, [study])


def test_line_ends_survive_the_upload(client, researcher, study):
    data = SHORT.replace("\n", "\r\n").encode()
    upload(client, study, data)
    assert SpecVersion.objects.get().text.encode() == data


def test_the_same_file_again_is_nothing_new(client, researcher, study):
    upload(client, study)
    response = client.get(upload(client, study)["Location"])
    assert "Nothing new: version 1 holds these very bytes." in response.content.decode()
    assert SpecVersion.objects.count() == 1


def test_errors_are_shown_with_their_lines(client, researcher, study):
    response = upload(client, study, b"# A {#a}\n# B {#a}\n# C {#a}\n")
    page = response.content.decode()
    assert response.status_code == 400
    assert "Line 2: the id &quot;a&quot; is already that of line 1" in page
    assert "Line 3: the id &quot;a&quot; is already that of line 1" in page
    assert not Document.objects.exists()


@pytest.mark.parametrize("data", [b"", b"\xff\xfe#\x00", b"# A\n" + b"x" * 5 * 1024 * 1024])
def test_files_that_cannot_be_read_are_refused(client, researcher, study, data):
    assert upload(client, study, data).status_code == 400
    assert not Document.objects.exists()


def test_a_document_of_others_is_not_changed(client, researcher, study):
    import_spec(by=None, name="spec", data=CHANGED.encode(), study=make_study())
    response = upload(client, study)
    assert response.status_code == 400
    assert "This name belongs to a document that you may not change." in response.content.decode()
    assert SpecVersion.objects.count() == 1


def test_a_study_one_is_no_researcher_of_cannot_be_chosen(client, researcher, study):
    other = make_study()
    assert upload(client, other).status_code == 400
    assert upload(client, None).status_code == 400
    assert not Document.objects.exists()


def test_a_reviewer_cannot_import(client, reviewer, study):
    assert client.get(reverse("spec_loop:import")).status_code == 403
    assert upload(client, study).status_code == 403


def test_an_admin_may_import_for_no_study(client):
    client.force_login(make_user(is_superuser=True))
    assert upload(client, None).status_code == 302
    assert list(Document.objects.get().studies.all()) == []


def test_a_document_cannot_take_the_name_of_a_page(client, researcher, study):
    assert upload(client, study, name="import").status_code == 400
