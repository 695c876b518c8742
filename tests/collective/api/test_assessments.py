"""If these fail, a script reads answers otherwise than they were given."""

from tests.factories import make_assessment, make_participant


def test_it_works(world):
    answer = world.reviewer.get(f"/api/v1/studies/city/assessments/{world.assessment.pk}/")
    assert answer.status_code == 200
    given = answer.json()
    assert (given["prompt"], given["participant"]) == ("first", "p1")
    assert {(r["block"], r["state"], r["order"]) for r in given["rankings"]} == {
        ("personal", "answered", "A>B=C>D"),
        ("world", "skipped", ""),
    }
    assert (given["importance_state"], given["importance"]) == ("not_asked", None)


def test_the_list_is_filtered_by_person(world):
    make_assessment(world.prompt, make_participant(world.study, key="p2"), personal="D>A=B=C")
    listed = world.reviewer.get("/api/v1/studies/city/assessments/?participant__key=p2").json()["results"]
    assert [assessment["participant"] for assessment in listed] == ["p2"]


def test_many_assessments_cost_few_queries(world, django_assert_max_num_queries):
    for number in range(20):
        make_assessment(world.prompt, make_participant(world.study, key=f"more-{number}"), personal="A>B>C>D")
    with django_assert_max_num_queries(12):
        assert len(world.reviewer.get("/api/v1/studies/city/assessments/").json()["results"]) == 21
