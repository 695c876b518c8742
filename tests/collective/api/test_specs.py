"""If these fail, a script gets another text than was imported, or reads a document that is not shown to it."""

import hashlib

TEXT = "# Manners {#manners authority=user}\n\nThe assistant should be polite.\n"
LATER = TEXT.replace("polite", "polite and brief")


def imported(world, text=TEXT):
    return world.researcher.post("/api/v1/specs/", {"name": "rules", "text": text, "study": "city"}, format="json")


def test_it_works(world):
    assert imported(world).status_code == 201
    version = world.reviewer.get(f"/api/v1/specs/rules/versions/{hashlib.sha256(TEXT.encode()).hexdigest()}/").json()
    assert version["text"] == TEXT
    assert [(section["id"], section["authority"]) for section in version["sections"]] == [("manners", "user")]


def test_the_same_text_is_no_new_version(world):
    imported(world)
    assert imported(world).status_code == 200
    assert len(world.reviewer.get("/api/v1/specs/rules/versions/").json()["results"]) == 1


def test_a_diff_shows_the_words(world):
    old, new = imported(world).json()["hash"], imported(world, LATER).json()["hash"]
    (change,) = world.reviewer.get(f"/api/v1/specs/rules/diff/?from={old[:12]}&to={new[:12]}").json()
    assert (change["section_id"], change["kind"]) == ("manners", "changed")
    assert "".join(text for operation, text in change["words"] if operation == "insert").strip() == "and brief"


def test_a_diff_needs_two_versions(world):
    imported(world)
    answer = world.reviewer.get("/api/v1/specs/rules/diff/?from=abc")
    assert (answer.status_code, list(answer.json())) == (400, ["to"])


def test_an_unclosed_fence_is_refused_with_its_line(world):
    answer = imported(world, TEXT + "~~~xml\n<user>\n")
    assert answer.status_code == 400
    assert "line 4" in answer.json()["detail"]
    assert world.researcher.get("/api/v1/specs/rules/").status_code == 404


def test_a_stranger_neither_reads_nor_overwrites(world):
    imported(world)
    assert world.stranger.get("/api/v1/specs/rules/").status_code == 404
    answer = world.stranger.post("/api/v1/specs/", {"name": "rules", "text": LATER}, format="json")
    assert answer.status_code == 403
