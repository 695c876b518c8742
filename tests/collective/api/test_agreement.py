"""If these fail, a script gets other figures than the command line."""

from elicitation.exclusion import exclude
from spec_loop.document import spec_text
from spec_loop.models import SpecRanking
from spec_loop.rankers import rank_study
from spec_loop.versions import import_spec
from tests.spec_loop.making import SPEC


def test_it_works(world):
    version = import_spec(by=None, name="rules", data=SPEC.encode(), study=world.study)
    rank_study(spec=spec_text(version.text), prompts=list(world.study.prompts.all()), ranker="offline")
    assert SpecRanking.objects.count() == 1
    found = world.reviewer.get("/api/v1/studies/city/agreement/?document=rules").json()
    assert (found["block"], found["assessments"], found["ranker"]) == ("personal", 1, "offline")
    assert 0 <= found["pair_agreement"]["estimate"] <= 1


def test_people_excluded_count_only_where_asked_for(world):
    version = import_spec(by=None, name="rules", data=SPEC.encode(), study=world.study)
    rank_study(spec=spec_text(version.text), prompts=list(world.study.prompts.all()), ranker="offline")
    for person in world.study.participants.all():
        exclude(by=None, participant=person, reason="Clicked through.")
    address = "/api/v1/studies/city/agreement/?document=rules&block=personal"
    assert world.reviewer.get(address).status_code == 400
    found = world.reviewer.get(f"{address}&with_excluded=true").json()
    assert (found["assessments"], found["excluded_people"], found["with_excluded"]) == (1, 1, True)


def test_without_stored_rankings_it_says_so(world):
    import_spec(by=None, name="rules", data=SPEC.encode(), study=world.study)
    answer = world.reviewer.get("/api/v1/studies/city/agreement/?document=rules")
    assert (answer.status_code, list(answer.json())) == (400, ["detail"])


def test_files_of_the_server_are_not_read(world):
    import_spec(by=None, name="rules", data=SPEC.encode(), study=world.study)
    answer = world.reviewer.get("/api/v1/studies/city/agreement/?document=rules&ranker=file:/etc/passwd")
    assert (answer.status_code, list(answer.json())) == (400, ["ranker"])
