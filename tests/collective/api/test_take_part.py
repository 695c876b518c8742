"""If these fail, people cannot take part by the API, or it lets in and takes what the pages would refuse."""

import uuid

import pytest

from elicitation import quiz
from elicitation.models import Assessment, Draft, Participant, Prompt, Quota
from elicitation.panels.managing import add_panel
from elicitation.protocol import default_intake, default_steps
from tests.bots import ApiBot, Bot, Refused, Unexpected
from tests.factories import make_prompt, make_study

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study():
    study = make_study(steps=default_steps(), tasks_per_person=2, completion_code="C0DE", consent_text="I agree.")
    study.protocols.update(intake=default_intake())
    for _ in range(3):
        make_prompt(study, criteria=2)
    return study


@pytest.fixture
def bot(live_server, study):
    return ApiBot(live_server.url, study.link_token, seed=1)


def begin(bot: ApiBot) -> dict:
    """Come as far as the first task."""
    bot.enter()
    bot.answer_intake()
    return bot.next()["task"]


def test_it_walks_a_study_from_consent_to_the_code(bot, study):
    assert bot.send("GET", "")["consent_text"] == "I agree."
    bot.enter()
    assert bot.next()["station"] == "about-you"
    bot.answer_intake(age="25-34")
    given = []
    while (coming := bot.next())["station"] == "task":
        given.append(bot.fill(coming["task"]))
        bot.hand_in(coming["task"], given[-1])
    assert coming["outcome"] == "complete"
    assert coming["way_back"]["code"] == "C0DE"
    assert len(given) == 2
    person = Participant.objects.get()
    assert person.intake_answers.get(key="age").value == "25-34"
    stored = list(Assessment.objects.order_by("position"))
    assert [row.importance for row in stored] == [answers["importance"] for answers in given]
    for row, answers in zip(stored, given, strict=True):
        best = min(answers["world"]["places"].values())
        firsts = {row.shown_order["ABCD".index(x)] for x, place in answers["world"]["places"].items() if place == best}
        assert set(row.rankings.get(block="world").order.split(">")[0].split("=")) == firsts


def test_one_person_goes_on_by_the_pages_and_back(bot, study, live_server):
    task = begin(bot)
    assert bot.save_draft(task, bot.fill(task) | {"own_criterion": "Says where to find help."}) == 1
    on_pages = Bot(live_server.url, study.link_token, seed=2)
    on_pages.browser.get(f"/p/me/{bot.token}/")
    shown = on_pages.next_task()
    assert shown is not None
    assert shown.key == task["key"]
    assert shown.form.fields()["own_criterion"] == ["Says where to find help."]
    on_pages.hand_in(shown, on_pages.fill(shown))
    on_pages.browser.close()
    again = bot.next()["task"]
    bot.hand_in(again, bot.fill(again))
    assert bot.next()["station"] == "finish"
    assert Participant.objects.count() == 1


def test_every_retry_gets_the_stored_row(bot):
    task = begin(bot)
    answers = bot.fill(task)
    first = bot.hand_in(task, answers)
    assert bot.hand_in(task, answers) == first
    assert bot.hand_in(task, bot.fill(task)) == first
    assert Assessment.objects.count() == 1


def test_agreeing_twice_is_one_person(bot):
    assert bot.enter()["token"] == bot.enter()["token"]
    bot.token = ""
    bot.enter()
    assert Participant.objects.count() == 1


# --- refused where a person would be -------------------------------------------------------------------------


def refused(call, *arguments, **more) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*arguments, **more)
    return caught.value


def test_without_consent_nothing_is_stored(bot):
    given = {"agrees": False, "visit": bot.visit}
    assert refused(bot.send, "POST", "consent/", given).status == 403
    assert not Participant.objects.exists()


@pytest.mark.parametrize("status", ["draft", "paused", "closed"])
def test_a_study_that_is_not_open_takes_nobody(bot, study, status):
    study.status = status
    study.save()
    assert refused(bot.enter).status == 403
    assert not Participant.objects.exists()


def test_a_study_that_pauses_gives_out_no_task_and_a_closed_one_takes_none(bot, study):
    task = begin(bot)
    study.status = "paused"
    study.save()
    bot.hand_in(task, bot.fill(task))
    assert refused(bot.next).status == 403
    study.status = "running"
    study.save()
    task = bot.next()["task"]
    study.status = "closed"
    study.save()
    assert refused(bot.hand_in, task, bot.fill(task)).status == 403
    assert Assessment.objects.count() == 1


def test_incomplete_and_impossible_answers_are_refused_by_field(bot):
    task = begin(bot)
    good = bot.fill(task)
    places = good["world"]["places"]
    wrong = {
        "world": [good | {"world": {"places": {"A": 1}}}, good | {"world": {"places": places | {"A": 5}}}],
        "importance": [good | {"importance": 9}],
        "unacceptable": [good | {"unacceptable": ["Z"]}],
        "own_criterion": [good | {"own_score": 3}],
    }
    for field, tries in wrong.items():
        for answers in tries:
            refusal = refused(bot.hand_in, task, answers)
            assert refusal.status == 400
            assert field in refusal.said
    assert not Assessment.objects.exists()
    bot.hand_in(task, good)


def test_an_older_tab_does_not_overwrite_a_newer_draft(bot):
    task = begin(bot)
    bot.save_draft(task, bot.fill(task))
    bot.save_draft(task, bot.fill(task) | {"revision": 1, "own_criterion": "Newer."})
    assert refused(bot.save_draft, task, bot.fill(task) | {"revision": 1}).status == 409
    assert refused(bot.hand_in, task, bot.fill(task) | {"revision": 1}).status == 409
    assert Draft.objects.get().fields["own_criterion"] == ["Newer."]


def test_nobody_answers_for_another(bot, study, live_server):
    task = begin(bot)
    other = ApiBot(live_server.url, study.link_token, seed=9)
    other.enter()
    assert refused(other.hand_in, task, other.fill(task)).status == 404
    assert refused(other.save_draft, task, other.fill(task)).status == 404
    other.token = "guessed"
    assert refused(other.next).status == 401
    elsewhere = ApiBot(live_server.url, make_study().link_token, token=bot.token)
    assert refused(elsewhere.next).status == 401
    assert refused(ApiBot(live_server.url, "no-such-link").enter).status == 404
    assert refused(bot.send, "GET", f"tasks/{uuid.uuid4()}/").status == 404


def test_a_full_quota_sends_away_by_both_doors(bot, study, live_server):
    Quota.objects.create(study=study, label="young", position=0, conditions={"age": ["18-24"]}, places=1)
    bot.enter()
    bot.answer_intake(age="18-24")
    assert bot.next()["station"] == "task"
    late = ApiBot(live_server.url, study.link_token, seed=5)
    late.enter()
    late.answer_intake(age="18-24")
    assert late.next()["outcome"] == "quota_full"
    assert refused(late.send, "PUT", "about-you/", {"answers": {"age": "25-34"}}).status == 409
    on_pages = Bot(live_server.url, study.link_token, seed=6)
    on_pages.enter()
    on_pages.answer_intake(age="18-24")
    assert on_pages.next_task() is None
    assert "finish" in on_pages.page.path
    on_pages.browser.close()


def test_a_failed_quiz_ends_the_way(bot, study):
    study.protocols.update(quiz=quiz.default_quiz())
    bot.enter()
    bot.answer_intake()
    asked = bot.send("GET", "quiz/")
    assert bot.next()["station"] == "quiz"
    assert "right" not in str(asked["items"][0].keys())
    definition = study.protocols.get().quiz
    wrong = {
        item["key"]: next(option["key"] for option in item["options"] if option["key"] != item["right"])
        for item in definition["items"]
    }
    assert refused(bot.send, "POST", "quiz/", {"answers": {}}).status == 400
    for number in range(1, definition["attempts"] + 1):
        result = bot.send("POST", "quiz/", {"answers": wrong, "number": number})
        assert not result["passed"]
    assert bot.next()["outcome"] == "failed_checks"


def test_after_the_end_there_is_nothing_more(bot, study):
    task = begin(bot)
    bot.hand_in(task, bot.fill(task))
    task = bot.next()["task"]
    bot.hand_in(task, bot.fill(task))
    assert bot.next()["station"] == bot.next()["station"] == "finish"
    assert refused(bot.send, "GET", f"tasks/{task['key']}/").status == 410
    assert refused(bot.save_draft, task, bot.fill(task)).status == 410


def test_what_the_pages_refuse_the_api_refuses_too(bot, study, live_server):
    """The same wrong answers, by both doors."""
    task = begin(bot)
    on_pages = Bot(live_server.url, study.link_token, seed=3)
    on_pages.enter()
    on_pages.answer_intake()
    shown = on_pages.next_task()
    assert shown is not None
    with pytest.raises(Unexpected) as caught:
        on_pages.hand_in(shown, on_pages.fill(shown, importance="7"))
    assert caught.value.page.status == 422
    assert refused(bot.hand_in, task, bot.fill(task) | {"importance": 7}).status == 400
    assert Prompt.objects.count() == 3
    on_pages.browser.close()


# --- what was given ------------------------------------------------------------------------------------------


def test_people_read_and_take_back_what_they_gave(bot, study):
    task = begin(bot)
    handed_in = bot.hand_in(task, bot.fill(task))
    assert bot.send("PUT", "mine/hear-back/", {"wants": True}) == {"wants": True}
    mine = bot.send("GET", "mine/")
    assert "Because of" in str(mine)
    bot.send("DELETE", f"mine/answers/{handed_in['assessment']}/")
    assert not Assessment.objects.exists()
    assert refused(bot.send, "DELETE", f"mine/answers/{handed_in['assessment']}/").status == 404
    assert refused(bot.send, "DELETE", "mine/nothing/").status == 404
    bot.send("DELETE", "mine/everything/")
    person = Participant.objects.get()
    assert person.withdrawn_at is not None
    assert bot.next()["outcome"] == "withdrawn"  # their link still tells them what became of it


def test_a_panel_id_alone_reads_and_takes_back_nothing(study, live_server):
    panel = add_panel(by=None, study=study, preset="generic")
    first = ApiBot(live_server.url, study.link_token, seed=1)
    first.enter(id="someone")
    first.answer_intake()
    task = first.next()["task"]
    first.hand_in(task, first.fill(task))
    guesser = ApiBot(live_server.url, study.link_token, seed=2)
    assert guesser.enter(id="someone")["own_link"] == ""
    assert panel.entries.count() == 1
    assert guesser.next()["station"] == "task"
    assert refused(guesser.send, "GET", "mine/").status == 401
    assert refused(guesser.send, "DELETE", "mine/everything/").status == 401
    assert Assessment.objects.count() == 1
