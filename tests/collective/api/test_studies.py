"""If these fail, a script sets up a study that the pages would refuse, or sees one that is not its own."""

from collective.audit.models import AuditEntry
from elicitation.models import Role, Study, StudyMembership


def test_it_works(world):
    answer = world.researcher.get("/api/v1/studies/city/")
    assert (answer.status_code, answer.json()["slug"], answer.json()["status"]) == (200, "city", "running")


def test_a_list_holds_only_studies_one_has_a_role_in(world):
    assert Study.objects.count() == 1
    assert [study["slug"] for study in world.reviewer.get("/api/v1/studies/").json()["results"]] == ["city"]
    assert world.stranger.get("/api/v1/studies/").json()["results"] == []


def test_a_created_study_is_a_draft_of_its_maker(world):
    answer = world.stranger.post("/api/v1/studies/", {"slug": "own", "title": "My own"}, format="json")
    assert (answer.status_code, answer.json()["status"]) == (201, "draft")
    assert StudyMembership.objects.get(study__slug="own").role == Role.ADMIN
    assert AuditEntry.objects.get(action="study.created").target == "study:own"


def test_a_taken_name_is_refused_by_field(world):
    answer = world.researcher.post("/api/v1/studies/", {"slug": "city", "title": "Again"}, format="json")
    assert (answer.status_code, list(answer.json())) == (400, ["slug"])


def test_a_change_is_stored_and_recorded(world):
    answer = world.researcher.patch("/api/v1/studies/city/", {"tasks_per_person": 7}, format="json")
    assert (answer.status_code, answer.json()["tasks_per_person"]) == (200, 7)
    assert AuditEntry.objects.get(action="study.changed").details == {"tasks_per_person": {"from": 10, "to": 7}}


def test_the_name_and_the_status_are_not_changed_by_the_way(world):
    world.researcher.patch("/api/v1/studies/city/", {"slug": "town", "status": "closed"}, format="json")
    assert Study.objects.get().slug == "city"
    assert Study.objects.get().status == "running"


def test_a_status_that_cannot_follow_is_a_conflict_with_a_sentence(world):
    answer = world.researcher.post("/api/v1/studies/city/status/", {"status": "draft"}, format="json")
    assert (answer.status_code, list(answer.json())) == (409, ["detail"])
    assert world.researcher.post("/api/v1/studies/city/status/", {"status": "paused"}, format="json").status_code == 200


def test_a_session_without_the_csrf_token_changes_nothing(world):
    world.researcher.handler.enforce_csrf_checks = True
    answer = world.researcher.patch("/api/v1/studies/city/", {"tasks_per_person": 7}, format="json")
    assert answer.status_code == 403
    assert Study.objects.get().tasks_per_person == 10
