"""If these fail, the tests that send bots through the pages test something else than a person's way."""

import re

import pytest

from elicitation.models import Assessment, Draft, Participant, Ranking
from elicitation.protocol import default_intake, default_steps
from tests.bots import Bot, Browser, Page, Unexpected
from tests.factories import make_prompt, make_study

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def study():
    study = make_study(steps=default_steps(), tasks_per_person=2, completion_code="C0DE")
    study.protocols.update(intake=default_intake())
    for _ in range(3):
        make_prompt(study, criteria=2)
    return study


@pytest.fixture
def bot(live_server, study):
    bot = Bot(live_server.url, study.link_token, seed=1)
    yield bot
    bot.browser.close()


def test_it_walks_a_study_from_the_first_page_to_the_code(bot, study):
    assert bot.walk() == 2
    assert "C0DE" in bot.page.text
    assert Assessment.objects.filter(participant__token=bot.token).count() == 2
    assert set(Ranking.objects.values_list("state", flat=True)) == {"answered"}
    person = Participant.objects.get()
    assert person.finished_at
    assert person.intake_answers.filter(state="answered").count() == len(default_intake())


def test_it_says_what_it_is_told_to(bot):
    bot.enter()
    bot.answer_intake(age="25-34", gender="")
    task = bot.next_task()
    bot.hand_in(task, bot.fill(task, world_why="It is fair.", importance="3", own_criterion="", own_score=""))
    answers = dict(Participant.objects.get().intake_answers.values_list("key", "value"))
    assert (answers["age"], answers["gender"]) == ("25-34", "")
    assessment = Assessment.objects.get()
    assert assessment.importance == 3
    assert assessment.rankings.get(block="world").justification == "It is fair."
    assert not assessment.prompt.criteria.filter(origin="participant").exists()


def test_it_comes_back_to_its_draft_on_another_device(bot, study, live_server):
    bot.enter()
    bot.answer_intake()
    task = bot.next_task()
    assert bot.save_draft(task, bot.fill(task, world_why="Half a thought")) == 1
    assert bot.save_draft(task, bot.fill(task, world_why="A whole thought")) == 2
    own_link = re.search(r"/p/me/[^<\"]+", task.page.text)
    other = Bot(live_server.url, study.link_token)
    assert own_link is not None
    other.browser.get(own_link[0])
    again = other.next_task()
    assert again is not None
    assert again.key == task.key
    assert again.form.fields()["world_why"] == ["A whole thought"]
    assert Draft.objects.get().revision == 2
    other.browser.close()


def test_it_is_refused_where_a_person_would_be(bot, study):
    bot.enter()
    bot.answer_intake()
    task = bot.next_task()
    with pytest.raises(Unexpected) as refused:
        bot.hand_in(task, bot.fill(task, world_place_A=""))
    assert refused.value.page.status == 422
    with pytest.raises(Unexpected):
        bot.finish()
    unmarked = {name: values for name, values in bot.fill(task).items() if name != "csrfmiddlewaretoken"}
    assert bot.browser.send("POST", task.path, unmarked).status == 403
    study.status = "closed"
    study.save()
    with pytest.raises(Unexpected):
        bot.hand_in(task, bot.fill(task))
    assert not Assessment.objects.exists()


def test_another_tab_is_the_same_person(bot):
    bot.enter()
    tab = bot.browser.another_tab()
    assert tab.get(bot.url()).path == bot.url("about-you")
    tab.close()


def test_forms_are_read_as_a_browser_without_scripts_does():
    page = Page(
        "http://testserver/",
        200,
        """<form method="POST" action="/x/" data-draft-url="/d/"><input type="hidden" name="h" value="1">
        <textarea name="t">\nFour &lt; five</textarea><template><input name="not" value="here"></template>
        <input type="radio" name="r" value="1"><input type="radio" name="r" value="2" checked>
        <input type="checkbox" name="c" value="y"><input name="off" value="1" disabled>
        <select name="s"><option value="">-</option><option value="5" selected>five</option></select>
        <button type="button" name="no">No</button><button name="go" value="now">Go</button></form>""",
    )
    (form,) = page.forms
    assert (form.method, form.action, form.data) == ("post", "/x/", {"draft-url": "/d/"})
    assert form.fields() == {"h": ["1"], "t": ["Four < five"], "r": ["2"], "s": ["5"]}
    assert form.controls["r"].options == ["1", "2"]
    assert form.buttons == [("go", "now")]


def test_a_redirect_to_another_site_is_not_followed(monkeypatch):
    browser = Browser("http://127.0.0.1:1")
    away = Page("http://127.0.0.1:1/p/x/", 303, "", {"Location": "https://panel.example/done"})
    monkeypatch.setattr(browser, "send", lambda *_args: away)
    assert browser.get("/p/x/") is away
