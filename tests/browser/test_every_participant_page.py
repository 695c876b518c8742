"""Every page a participant can meet, by axe, in three languages, light and dark. What would be lost: people."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test.signals import template_rendered
from django.utils import timezone
from playwright.sync_api import Page, expect

from elicitation import quiz, submission
from elicitation.assignment import next_task
from elicitation.models import Assessment, Assignment, Panel, PanelEntry, Participant, Study
from tests.factories import make_assessment, make_participant

from .conftest import DESKTOP, PHONE, OpenPage
from .walk import make_demo_like

pytestmark = pytest.mark.browser

# Templates that are no pages of their own: frames, parts, what is downloaded.
PARTS = {"base", "message", "mine_file", "mine_file_steps", "mine_steps", "open_until", "quiz_feedback", "text_field"}
PARTS |= {"way_back", "why"}
# Shown where the software itself fails; looked at in the test of errors, without a study around it.
ELSEWHERE = {"fault"}
SCREENS = 5


@pytest.fixture
def seen() -> Iterator[set[str]]:
    """Note which pages of participants are drawn."""
    names: set[str] = set()

    def note(sender: object, template: object, **_more: object) -> None:
        name = str(getattr(template, "name", ""))
        if name.startswith("participate/"):
            names.add(Path(name).stem)

    template_rendered.connect(note)
    yield names
    template_rendered.disconnect(note)


class Tour:
    """Leads past every page, and looks at each."""

    def __init__(self, page: Page, language: str, look: Callable[[Page], None]) -> None:
        self.page = page
        self.look = look
        self.study = make_demo_like(languages=["en", language], fewest_tasks=1, pay_per_task="1.50", currency="EUR")
        self.study.protocols.update(quiz=quiz.default_quiz() | {"attempts": 2}, published_at=timezone.now())
        self.language = language

    def person(self, **fields: Any) -> Participant:
        """Make somebody who comes next, and come in as them."""
        found = make_participant(
            self.study,
            language=self.language,
            protocol=self.study.protocols.get(),
            **{"quiz_passed_at": timezone.now()} | fields,
        )
        self.page.goto(f"/p/me/{found.token}/")
        return found

    def visit(self, rest: str) -> None:
        """Look at one of the study's pages."""
        self.page.goto(f"/p/{self.study.link_token}/{rest}")
        self.look(self.page)

    def press(self, selector: str) -> None:
        """Press what leads on, and look at where it leads."""
        self.page.locator(selector).locator("visible=true").first.click()
        self.page.wait_for_load_state()
        self.look(self.page)

    def before_coming_in(self) -> None:
        """Welcome, no, unknown links, closed doors."""
        for rest in ("", "declined/", "information/"):
            self.visit(rest)
        self.page.goto("/p/nowhere/")
        self.look(self.page)
        for status in (Study.Status.PAUSED, Study.Status.CLOSED, Study.Status.DRAFT):
            Study.objects.update(status=status)
            self.visit("")
        Study.objects.update(status=Study.Status.RUNNING, admits_open_link=False)
        panel = Panel.objects.create(
            study=self.study, name="Panel", id_parameter="PID", return_url="https://x.example/{code}"
        )
        self.visit("")
        self.visit("?PID=%7Bid%7D")
        known = make_participant(self.study, language=self.language, source=Participant.Source.PANEL)
        PanelEntry.objects.create(panel=panel, participant=known, external_id="p1")
        self.page.goto(f"/p/{self.study.link_token}/?PID=p1")
        self.visit("mine/")  # which a panel's id alone does not open
        self.page.context.clear_cookies()
        known.delete()
        panel.delete()
        Study.objects.update(admits_open_link=True)

    def until_the_first_task(self) -> None:
        """The survey, the quiz before and after, what is lost and found."""
        self.person(intake_at=None, quiz_passed_at=None)
        self.visit("about-you/")
        self.press(".intake button.button--primary")  # leads to the quiz
        self.press(".quiz__form button.button--primary")  # with everything open
        for right in (False, True):
            for item in quiz.default_quiz()["items"]:
                wrong = next(option["key"] for option in item["options"] if option["key"] != item["right"])
                chosen = item["right"] if right else wrong
                self.page.locator(f"input[name=item_{item['key']}][value={chosen}]").check()
            self.press(".quiz__form button.button--primary")
            expect(self.page.locator("#result")).to_be_visible()
        for rest in ("trouble/", "information/", "task/00000000-0000-0000-0000-000000000000/"):
            self.visit(rest)

    def at_tasks(self) -> None:
        """Every screen of a task, an error, another tab, the ends a task may have."""
        person = self.person()
        self.visit("next/")
        for _ in range(SCREENS - 1):
            for skip in self.page.locator("[name$=_skip]").locator("visible=true").all():
                skip.check()
            self.press("[data-screen-next]")
        self.page.locator("#own_score-range").press("End")
        self.page.locator("[data-hand-in]").click()
        expect(self.page.locator(".error-summary")).to_be_visible()
        self.look(self.page)
        task = person.assignments.get()
        Assignment.objects.filter(pk=task.pk).update(state="expired")
        Study.objects.update(overlap_target=1)
        make_assessment(task.prompt, make_participant(self.study), world="A>B>C>D")
        self.visit(f"task/{task.idempotency_key}/")  # late, with work in it
        task.draft.delete()
        self.visit(f"task/{task.idempotency_key}/")  # gone
        Study.objects.update(overlap_target=50)
        hand_in(person)
        done = Assessment.objects.get(participant=person)
        self.visit(f"task/{done.idempotency_key}/")
        Assessment.objects.filter(pk=done.pk).update(is_surplus=True)
        self.visit(f"task/{done.idempotency_key}/")
        self.visit("enough/")

    def nothing_left(self) -> None:
        """A study whose questions all have their answers."""
        Study.objects.update(overlap_target=1)
        for prompt in self.study.prompts.all():
            make_assessment(prompt, make_participant(self.study), world="A>B>C>D")
        self.person()
        self.visit("next/")
        Study.objects.update(overlap_target=50)

    def at_the_end(self) -> None:
        """Each way it may end."""
        person = self.person()
        for outcome in Participant.Outcome:
            Participant.objects.filter(pk=person.pk).update(outcome=outcome, outcome_at=timezone.now())
            self.visit("finish/")

    def afterwards(self) -> None:
        """What one gave: to read, compare, correct, take back."""
        person = self.person()
        answers = [hand_in(person) for _ in range(2)]
        now = timezone.now()
        Participant.objects.filter(pk=person.pk).update(outcome="complete", outcome_at=now, finished_at=now)
        for prompt in self.study.prompts.all():
            for _ in range(11):
                make_assessment(prompt, make_participant(self.study), personal="A>B>C>D", world="B>A>C>D")
        for rest in ("", "about-you/", f"answers/{answers[0].pk}/", f"answers/{answers[0].pk}/withdraw/", "compare/"):
            self.visit(f"mine/{rest}")
        Participant.objects.filter(pk=person.pk).update(compared_at=now)
        self.visit("mine/compare/")
        Assessment.objects.filter(pk=answers[1].pk).update(submitted_at=now - timedelta(days=99))
        self.visit(f"mine/answers/{answers[1].pk}/")
        for rest in ("withdraw/", "withdraw/everything/", "withdraw/texts/"):
            self.visit(f"mine/{rest}")
        Participant.objects.filter(pk=person.pk).update(outcome="withdrawn", withdrawn_at=now)
        self.visit("mine/")


def hand_in(person: Participant) -> Assessment:
    """Answer the person's next task."""
    task = next_task(participant=person)
    assert task is not None
    fields = {"personal_skip": ["1"], "world_why": ["It is kind."], "own_criterion": ["Is kind."], "own_score": ["7"]}
    fields |= {f"world_place_{letter}": ["1"] for letter in "ABCD"}
    sender = submission.Sender(token=person.token, link=person.study.link_token)
    submission.submit(key=task.idempotency_key, sender=sender, fields=fields)
    return Assessment.objects.get(assignment=task)


def contrast_in_the_dark(page: Page) -> list[Any]:
    """Return what is too faint in dark colours; nothing else of a page depends on them."""
    page.emulate_media(color_scheme="dark")
    violations: list[Any] = Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
    page.emulate_media(color_scheme="light")
    return [(node["target"], node["failureSummary"]) for found in violations for node in found["nodes"]]


@pytest.mark.parametrize(
    ("language", "viewport"), [("en", DESKTOP), ("ar", PHONE), ("ja", PHONE)], ids=["en", "ar", "ja"]
)
def test_axe_finds_nothing_and_help_is_in_the_same_place(
    open_page: OpenPage,
    assert_accessible: Callable[[Page], None],
    assert_fits: Callable[[Page], None],
    settings: Any,
    seen: set[str],
    language: str,
    viewport: dict[str, int],
) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic"), ("ja", "Japanese")]
    page = open_page(viewport=viewport, locale=language)
    page.emulate_media(reduced_motion="reduce")  # colours change at once, not while axe looks
    page.context.set_default_timeout(60_000)  # 40 pages, each looked at twice, on a machine that may be busy

    def look(shown: Page) -> None:
        assert shown.locator("html").get_attribute("lang") == language
        assert_accessible(shown)
        assert contrast_in_the_dark(shown) == []
        assert_fits(shown)
        if "/p/nowhere/" not in shown.url:
            first = shown.locator("footer a").first
            assert (first.get_attribute("href") or "").endswith("/information/"), shown.url

    tour = Tour(page, language, look)
    tour.before_coming_in()
    tour.until_the_first_task()
    tour.at_tasks()
    tour.nothing_left()
    tour.at_the_end()
    tour.afterwards()
    pages = {path.stem for path in (Path(settings.BASE_DIR) / "templates/participate").glob("*.html")}
    assert pages - PARTS - ELSEWHERE - seen == set()
