"""If these fail, a script cannot read or add what people are asked about."""

NEW = {
    "messages": [{"role": "user", "content": "May I?"}],
    "responses": ["Yes.", "No.", "It depends."],
    "criteria": ["Answers"],
    "key": "second",
}


def test_it_works(world):
    answer = world.reviewer.get("/api/v1/studies/city/prompts/first/")
    assert answer.status_code == 200
    assert [response["letter"] for response in answer.json()["responses"]] == ["A", "B", "C", "D"]
    assert len(answer.json()["criteria"]) == 2


def test_an_added_prompt_is_listed_after_the_others(world):
    assert world.researcher.post("/api/v1/studies/city/prompts/", NEW, format="json").status_code == 201
    listed = world.researcher.get("/api/v1/studies/city/prompts/").json()["results"]
    assert [prompt["key"] for prompt in listed] == ["first", "second"]


def test_a_prompt_without_the_persons_message_is_refused(world):
    answer = world.researcher.post(
        "/api/v1/studies/city/prompts/", NEW | {"messages": [{"role": "assistant", "content": "Hello"}]}, format="json"
    )
    assert answer.status_code == 400
    assert "last message" in str(answer.json())


def test_one_response_is_too_few(world):
    answer = world.researcher.post("/api/v1/studies/city/prompts/", NEW | {"responses": ["Yes."]}, format="json")
    assert (answer.status_code, list(answer.json())) == (400, ["responses"])


def test_pages_hold_as_many_as_asked_for(world):
    world.researcher.post("/api/v1/studies/city/prompts/", NEW, format="json")
    first = world.researcher.get("/api/v1/studies/city/prompts/?page_size=1").json()
    second = world.researcher.get(first["next"]).json()
    assert [prompt["key"] for page in (first, second) for prompt in page["results"]] == ["first", "second"]
    assert second["next"] is None
