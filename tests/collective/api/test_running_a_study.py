"""If these fail, a program cannot set up who takes part in a study, or cannot see and settle what became of it."""

from decimal import Decimal

import pytest

from elicitation.models import Panel, Participant, Quota, Webhook
from elicitation.protocol import default_intake, default_steps
from elicitation.wording import text_of
from tests.factories import make_assessment, make_participant

STUDY = "/api/v1/studies/city/"


@pytest.fixture
def city(world):
    world.study.protocols.update(intake=default_intake())
    return world


def put(client, path, body):
    return client.put(STUDY + path, body, format="json")


def test_quotas_are_set_and_read_with_how_full_they_are(city):
    young = {"label": "Young", "places": 5, "conditions": {"age": ["18-24"]}}
    answer = put(city.researcher, "quotas/", {"quotas": [young, {"label": "All", "places": 9}]})
    assert answer.status_code == 200, answer.content
    first, second = answer.json()["quotas"]
    assert (first["label"], first["conditions"], first["places"], first["filled"]) == (
        "Young",
        {"age": ["18-24"]},
        5,
        0,
    )
    assert second["conditions"] == {}
    renamed = put(city.researcher, "quotas/", {"quotas": [first | {"label": "Under 25"}]}).json()["quotas"]
    assert [quota["id"] for quota in renamed] == [first["id"]]
    assert Quota.objects.get().label == "Under 25"


@pytest.mark.parametrize(
    "quota",
    [
        {"label": "", "places": 1},
        {"label": "x", "places": -1},
        {"label": "x", "places": 1, "conditions": {"age": ["7"]}},
    ],
)
def test_impossible_quotas_are_refused(city, quota):
    assert put(city.researcher, "quotas/", {"quotas": [quota]}).status_code == 400
    assert not Quota.objects.exists()


def test_a_panel_is_made_from_a_preset_and_changed(city):
    given = {"preset": "prolific", "codes": {"complete": "C1"}, "webhook_secret": "hush"}
    answer = city.researcher.post(f"{STUDY}panels/", given, format="json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["id_parameter"] == "PROLIFIC_PID"
    assert "hush" not in answer.content.decode()
    panel = Panel.objects.get()
    assert panel.webhook_secret == "hush"
    changed = city.researcher.patch(f"{STUDY}panels/{panel.pk}/", {"codes": {"complete": "C2"}}, format="json")
    assert changed.json()["codes"] == {"complete": "C2"}
    wrong = city.researcher.patch(
        f"{STUDY}panels/{panel.pk}/", {"return_url": "http://x.example/{nothing}"}, format="json"
    )
    assert wrong.status_code == 400
    assert "return_url" in wrong.json()


def test_a_webhook_tells_its_secret_once(city):
    made = city.researcher.post(
        f"{STUDY}webhooks/", {"url": "https://example.org/x", "events": ["participant.ended"]}, format="json"
    )
    assert made.status_code == 201, made.content
    webhook = Webhook.objects.get()
    assert made.json()["secret"] == webhook.secret
    address = f"{STUDY}webhooks/{webhook.pk}/"
    assert webhook.secret not in city.researcher.get(address).content.decode()
    assert city.researcher.post(f"{address}test/").status_code == 202
    assert city.researcher.get(f"{STUDY}deliveries/").json()["results"][0]["event"] == "webhook.test"
    assert city.researcher.patch(address, {"is_active": False}, format="json").json()["is_active"] is False
    assert city.researcher.delete(address).status_code == 204
    assert not Webhook.objects.exists()
    private = {"url": "http://example.org/x", "events": ["participant.ended"]}
    assert city.researcher.post(f"{STUDY}webhooks/", private, format="json").status_code == 400


def test_people_are_listed_without_what_lets_one_answer_for_them(city):
    person = make_participant(city.study, key="p2", outcome="complete", outcome_at="2026-01-01T00:00:00Z")
    make_assessment(city.prompt, person, personal="A>B>C>D")
    shown = city.reviewer.get(f"{STUDY}people/?outcome=complete").json()["results"]
    assert [(row["key"], row["tasks_done"]) for row in shown] == [("p2", 1)]
    assert person.token not in str(shown)
    person.intake_answers.create(key="age", state="answered", value="65+", original="65+")
    detail = city.reviewer.get(f"{STUDY}people/p2/").json()
    assert detail["intake"] == [{"key": "age", "state": "answered", "value": "65+"}]


def test_pay_is_read_noted_once_and_undone(city):
    city.study.pay_base, city.study.currency = Decimal("4.50"), "EUR"
    city.study.save()
    person = make_participant(city.study, key="p2", outcome="complete", outcome_at="2026-01-01T00:00:00Z")
    line = next(
        line for line in city.researcher.get(f"{STUDY}pay/").json()["results"] if line["participant"] == person.key
    )
    assert (line["owed"], line["due"], line["state"]) == ("4.50", "4.50", "due")
    for noted in (1, 0):
        answer = city.researcher.post(f"{STUDY}pay/paid/", {"participants": ["p2"]}, format="json")
        assert answer.json() == {"people": noted}
    assert Participant.objects.get(key="p2").paid_at is not None
    undone = city.researcher.delete(f"{STUDY}pay/paid/", {"participants": ["p2"]}, format="json")
    assert undone.json() == {"people": 1}
    assert city.researcher.post(f"{STUDY}pay/paid/", {"participants": ["nobody"]}, format="json").status_code == 400


def test_a_person_is_left_out_for_a_reason_and_let_in_again(city):
    make_participant(city.study, key="p2").quality_flags.create(kind="all_tied", strength=0.5, evidence={"share": 0.9})
    (flag,) = city.reviewer.get(f"{STUDY}flags/?kind=all_tied").json()["results"]
    assert (flag["participant"], flag["strength"], flag["evidence"]) == ("p2", 0.5, {"share": 0.9})
    address = f"{STUDY}people/p2/exclusion/"
    assert put(city.researcher, "people/p2/exclusion/", {}).status_code == 400
    assert put(city.researcher, "people/p2/exclusion/", {"reason": "Ties everything."}).json()["excluded_at"]
    assert Participant.objects.get(key="p2").excluded_at is not None
    assert city.researcher.delete(address, {"reason": "Fair."}, format="json").json()["excluded_at"] is None


def test_the_next_protocol_is_written_beside_the_one_in_force(city):
    city.study.protocols.update(published_at="2026-01-01T00:00:00Z", steps=default_steps())
    steps = default_steps()
    steps[0]["question"] = "Is any of these unacceptable?"
    draft = city.researcher.patch(f"{STUDY}protocol/draft/", {"steps": steps, "quiz": {}}, format="json")
    assert draft.status_code == 200, draft.content
    assert (draft.json()["number"], draft.json()["published_at"]) == (2, None)
    assert city.reviewer.get(f"{STUDY}protocol/versions/1/").json()["steps"] == default_steps()
    published = city.researcher.post(f"{STUDY}protocol/publish/")
    assert published.status_code == 201, published.content
    assert published.json()["published_at"]
    assert city.researcher.post(f"{STUDY}protocol/publish/").status_code == 400
    wrong = city.researcher.patch(f"{STUDY}protocol/draft/", {"steps": steps[1:]}, format="json")
    assert wrong.status_code == 400
    broken = city.researcher.patch(f"{STUDY}protocol/draft/", {"quiz": {"items": "none"}}, format="json")
    assert broken.status_code == 400


def test_a_study_is_cloned(city):
    answer = city.researcher.post(f"{STUDY}clone/", {"slug": "city-2", "title": "Again"}, format="json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["status"] == "draft"
    assert city.researcher.get("/api/v1/studies/city-2/prompts/").json()["results"][0]["key"] == "first"
    assert city.researcher.post(f"{STUDY}clone/", {"slug": "city-2", "title": "x"}, format="json").status_code == 400


def test_prompts_are_changed_asked_again_and_removed_until_people_were_given_them(city):
    content = {"messages": [{"role": "user", "content": "Why?"}], "responses": ["So.", "Thus."], "is_anchor": True}
    city.researcher.post(f"{STUDY}prompts/", content | {"key": "new"}, format="json")
    changed = put(city.researcher, "prompts/new/", content | {"responses": ["So.", "Thus.", "Hence."]})
    assert [each["letter"] for each in changed.json()["responses"]] == ["A", "B", "C"]
    retest = city.researcher.post(f"{STUDY}retests/new/")
    assert (retest.status_code, retest.json()["retest_of"]) == (201, "new")
    assert city.researcher.delete(f"{STUDY}prompts/new/").status_code == 204
    assert city.study.prompts.count() == 1
    in_use = put(city.researcher, "prompts/first/", content)
    assert in_use.status_code == 409
    assert city.researcher.delete(f"{STUDY}prompts/first/").status_code == 409


def test_people_are_invited_once(city):
    given = {"addresses": ["a@example.org", "A@example.org", "nonsense"], "language": "en"}
    added = city.researcher.post(f"{STUDY}invitations/", given, format="json")
    assert added.status_code == 201, added.content
    assert added.json() == {"new": 1, "known": [], "twice": ["a@example.org"], "unfit": ["nonsense"]}
    for mails in (1, 0):
        answer = city.researcher.post(f"{STUDY}invitations/queue/", {"kind": "invitation"}, format="json")
        assert answer.json() == {"mails": mails}
    (invited,) = city.researcher.get(f"{STUDY}invitations/").json()["results"]
    assert (invited["email"], invited["takes_part"]) == ("a@example.org", False)
    assert city.study.invited.get().token not in str(invited)
    city.study.status = "paused"
    city.study.save()
    assert city.researcher.post(f"{STUDY}invitations/queue/", {"kind": "reminder"}, format="json").status_code == 409


def test_a_running_study_is_watched(city):
    shown = city.reviewer.get(f"{STUDY}monitoring/").json()
    assert shown["outcomes"]["came"] == 1
    assert shown["coverage"]["prompts"] == {"first": 1}
    assert shown["outlook"]["state"] == "not-yet"


def test_texts_are_translated_there_and_back(city):
    (spanish,) = city.researcher.get(f"{STUDY}texts/").json()["languages"]
    assert (spanish["language"], spanish["done"] < spanish["total"]) == ("es", True)
    texts = city.researcher.get(f"{STUDY}texts/es/").json()
    text = next(text for text in texts["texts"] if text["source"] == city.study.title)
    text["translation"] = "Ciudad"
    taken = put(city.researcher, "texts/es/", texts | {"texts": [text, text | {"source": "Old words"}]})
    assert (taken.json()["changed"], len(taken.json()["left_out"])) == (1, 1)
    city.study.refresh_from_db()
    assert text_of(city.study, "title", "es") == "Ciudad"
    assert city.researcher.get(f"{STUDY}texts/tr/").status_code == 404
    assert city.researcher.post(f"{STUDY}texts/es/machine/").status_code == 409  # no model is set up here


def test_responses_are_drafted_and_nothing_is_added(city):
    messages = [{"role": "user", "content": "Should I tell my brother the truth about the loan?"}]
    answer = city.researcher.post(f"{STUDY}draft-responses/", {"messages": messages}, format="json")
    assert answer.status_code == 200, answer.content
    drafted = answer.json()
    assert len({draft["text"] for draft in drafted["drafts"]}) == 4
    assert 0 < drafted["spread"] <= 1
    assert city.study.prompts.count() == 1
    unknown = {"messages": messages, "model": "guesswork"}
    assert city.researcher.post(f"{STUDY}draft-responses/", unknown, format="json").status_code == 409


def test_a_letter_is_read_and_written(city):
    address = f"{STUDY}letters/reminder/en/"
    assert "{link}" in city.researcher.get(address).json()["text"]
    written = put(city.researcher, "letters/reminder/en/", {"subject": "Hello", "text": "Here: {link}"})
    assert written.json() == {"subject": "Hello", "text": "Here: {link}"}
    assert put(city.researcher, "letters/reminder/en/", {"subject": "Hello", "text": "No link"}).status_code == 400
    assert city.researcher.get(f"{STUDY}letters/threat/en/").status_code == 404


def test_flags_are_looked_for(city, monkeypatch, django_capture_on_commit_callbacks):
    called: list[object] = []
    monkeypatch.setattr("collective.api.quality.call_for_flags", called.append)
    with django_capture_on_commit_callbacks(execute=True):
        assert city.researcher.post(f"{STUDY}flags/find/").status_code == 202
    assert called == [city.study]
