"""The whole dance with every panel, over HTTP. If these fail, people are not paid, paid twice, or counted twice."""

import threading

import pytest

from elicitation import finishing
from elicitation.models import Assessment, Assignment, PanelEntry, PanelEvent, Participant, QuotaPlace
from elicitation.panels.presets import PRESETS
from tests.bots import Bot
from tests.browser.walk import make_demo_like
from tests.mock_panel import MockPanel

pytestmark = pytest.mark.django_db(transaction=True)

Outcome = Participant.Outcome
ENDS_WITHOUT_FINISHING = ["screened_out", "quota_full", "failed_checks", "fault", "timed_out"]


@pytest.fixture(params=list(PRESETS))
def mock(request):
    return MockPanel(make_demo_like(completion_code=""), request.param)


@pytest.fixture
def prolific():
    return MockPanel(make_demo_like(), "prolific")


def bot_of(mock, live_server, seed=0):
    return Bot(live_server.url, mock.panel.study.link_token, seed=seed)


def enter(mock, live_server, person="aaa1"):
    bot = bot_of(mock, live_server)
    mock.send(bot, person)
    bot.agree()
    return bot


def walk_to_the_end(bot):
    bot.answer_intake()
    while task := bot.next_task():
        bot.hand_in(task, bot.fill(task))
    return bot.finish()


def test_who_finishes_goes_back_with_the_code_for_done(mock, live_server):
    end = walk_to_the_end(enter(mock, live_server))
    assert mock.outcome_of(end.text, "aaa1") == "complete"
    person = Participant.objects.get()
    assert (person.source, person.outcome) == ("panel", "complete")
    assert person.protocol == mock.panel.study.protocols.get()
    entry = PanelEntry.objects.get()
    assert (entry.external_id, entry.participant) == ("aaa1", person)
    assert {mock.panel.id_parameter: "aaa1", **entry.captured} == mock.parameters("aaa1")


def test_who_declines_goes_back_with_the_code_for_no_consent_and_leaves_nothing(mock, live_server):
    bot = mock.send(bot_of(mock, live_server), "aaa1")
    page = bot.decline()
    assert mock.outcome_of(page.text, "aaa1") == "no_consent"
    assert not Participant.objects.exists()
    assert not PanelEntry.objects.exists()


@pytest.mark.parametrize("outcome", ENDS_WITHOUT_FINISHING)
def test_who_is_sent_away_goes_back_with_the_code_for_that(mock, live_server, outcome):
    bot = enter(mock, live_server)
    finishing.end(participant=Participant.objects.get(), outcome=Outcome(outcome))
    for page in (bot.open_link(), bot.finish()):
        assert mock.outcome_of(page.text, "aaa1") == outcome


def test_an_outcome_without_a_code_is_not_told_as_another(live_server):
    for preset in PRESETS:
        mock = MockPanel(make_demo_like(), preset, codes={"complete": "ONLY-DONE"})
        bot = enter(mock, live_server)
        finishing.end(participant=Participant.objects.latest("pk"), outcome=Outcome.SCREENED_OUT)
        page = bot.finish()
        assert mock.way_back_on(page.text) == ""
        assert "ONLY-DONE" not in page.text


def test_who_comes_again_from_the_panel_on_the_same_device_goes_on(mock, live_server):
    bot = enter(mock, live_server)
    bot.answer_intake()
    first = bot.next_task().key
    mock.send(bot, "aaa1")
    assert bot.next_task().key == first
    assert Participant.objects.count() == 1
    assert bot.token == Participant.objects.get().token


def test_on_another_device_the_panel_id_alone_leads_to_the_tasks_but_not_to_the_secret(mock, live_server):
    first = enter(mock, live_server)
    first.answer_intake(**{"ideal-model-behavior": "It should be honest."})
    other = bot_of(mock, live_server, seed=1)
    mock.send(other, "aaa1")
    person = Participant.objects.get()
    assert person.token not in other.token
    task = other.next_task()
    assert task.key == first.next_task().key
    assert person.token not in task.page.text
    assert "honest" not in other.browser.get(other.url("about-you")).text
    other.hand_in(task, other.fill(task))
    assert Assessment.objects.get().participant == person
    while task := other.next_task():
        other.hand_in(task, other.fill(task))
    end = other.finish()
    assert mock.outcome_of(end.text, "aaa1") == "complete"
    assert person.token not in end.text
    assert Participant.objects.count() == 1


def test_somebody_elses_id_on_the_same_device_is_somebody_else(mock, live_server):
    bot = enter(mock, live_server)
    mock.send(bot, "bbb2")
    bot.agree()
    assert sorted(PanelEntry.objects.values_list("external_id", flat=True)) == ["aaa1", "bbb2"]
    assert bot.token == PanelEntry.objects.get(external_id="bbb2").participant.token


def test_two_devices_agreeing_at_once_are_one_person(mock, live_server):
    bots = [mock.send(bot_of(mock, live_server, seed=number), "aaa1") for number in range(6)]
    start = threading.Barrier(len(bots))

    def agree(bot):
        start.wait()
        bot.agree()

    threads = [threading.Thread(target=agree, args=[bot]) for bot in bots]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    person = Participant.objects.get()
    assert PanelEntry.objects.get().participant == person
    assert [bot.token for bot in bots].count(person.token) == 1
    for bot in bots:
        assert bot.browser.get(bot.url("about-you")).status == 200


# --- what a panel tells ---------------------------------------------------------------------------------


def test_who_returns_the_study_frees_their_places(prolific, live_server):
    bot = enter(prolific, live_server)
    bot.answer_intake()
    bot.next_task()
    quota = prolific.panel.study.quotas.create(label="all", position=0, places=1)
    QuotaPlace.objects.create(quota=quota, participant=Participant.objects.get())
    assert prolific.tell(live_server.url, "aaa1", "RETURNED") == (200, "ended: returned")
    assert Participant.objects.get().outcome == "returned"
    assert not Assignment.objects.filter(state="reserved").exists()
    assert not QuotaPlace.objects.exists()
    assert "You gave this study back" in bot.finish().text


def test_heard_twice_it_is_one_event(prolific, live_server):
    enter(prolific, live_server)
    for _ in range(2):
        assert prolific.tell(live_server.url, "aaa1", "RETURNED") == (200, "ended: returned")
    assert PanelEvent.objects.get().external_id == "aaa1"
    assert prolific.tell(live_server.url, "aaa1", "RETURNED", event="event-2") == (200, "had ended already")


def test_a_forged_or_recorded_message_does_nothing(prolific, live_server):
    enter(prolific, live_server)
    forged = prolific.tell(live_server.url, "aaa1", "RETURNED", secret="guessed")
    recorded = prolific.tell(live_server.url, "aaa1", "RETURNED", at=1_700_000_000)
    assert (forged[0], recorded[0]) == (401, 401)
    assert Participant.objects.get().outcome == ""
    assert not PanelEvent.objects.exists()
