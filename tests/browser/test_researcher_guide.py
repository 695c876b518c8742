"""docs/researcher.md, followed click by click: if this fails, a person who reads it gets stuck.

Words in bold stand on the screen as written there. The walk below meets every one of them, in the order of the text:
each step takes the next bold words from the document, so that neither can change without the other.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from elicitation.models import Participant, Study
from tests.factories import make_user

from .walk import Walk

pytestmark = pytest.mark.browser

GUIDE = Path(settings.BASE_DIR) / "docs" / "researcher.md"
FROM, UNTIL = "## From nothing to a piloted study", "## Colleagues"


def bold_words() -> list[str]:
    """Return what the guide has in bold, in order."""
    text = GUIDE.read_text("utf-8").split(FROM)[1].split(UNTIL)[0]
    return [" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", text, flags=re.DOTALL)]


class Reader:
    """Somebody who does what the guide says, and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.left = bold_words()

    def read(self, words: str) -> str:
        """Take the next bold words from the guide, which are expected to be these."""
        assert self.left, f"the guide ends before {words!r}"
        found = self.left.pop(0)
        assert found == words
        return found

    def press(self, words: str) -> None:
        """Press the link, button or fold of this name."""
        self.read(words)
        page = self.page
        named = page.get_by_role("link", name=words, exact=True).or_(page.get_by_role("button", name=words, exact=True))
        named.or_(page.locator("summary", has_text=words)).first.click()

    def fill(self, words: str, value: str) -> None:
        """Fill in the field of this name."""
        self.read(words)
        self.page.get_by_label(words).first.fill(value)

    def see(self, *all_words: str) -> None:
        """Find words on the page: of a field, a button, a link or as text."""
        for words in all_words:
            self.read(words)
            page = self.page
            found = page.get_by_label(words).or_(page.get_by_text(words)).or_(page.get_by_role("button", name=words))
            expect(found.filter(visible=True).first).to_be_visible()


@pytest.fixture
def reader(open_as) -> Reader:
    page = open_as(make_user(name="Ada"))
    page.set_default_timeout(30_000)
    page.goto("/")
    return Reader(page)


def test_whoever_follows_the_guide_pilots_a_study(reader, open_page):
    create(reader)
    say_what_it_is_about(reader)
    say_what_people_are_asked_about(reader)
    say_how(reader)
    say_who(reader)
    look_at_it(reader)
    study = Study.objects.get(slug="bees-2026")
    assert (study.status, study.participants.count()) == (Study.Status.DRAFT, 0)
    pilot_it(reader, study, open_page)
    assert reader.left == []


def create(reader: Reader) -> None:
    reader.press("Studies")
    reader.press("Create a study")
    reader.fill("Title", "Neighbours and bees")
    reader.fill("Name in addresses", "bees-2026")
    reader.press("Create the study")
    reader.press("Build")


def say_what_it_is_about(reader: Reader) -> None:
    reader.press("Texts")
    reader.fill("Description", "How should an AI answer when neighbours quarrel?")
    reader.fill("Information", "The bee society asks. Write to bees@example.org.")
    reader.fill("Consent text", "I agree that my answers are stored without my name.")
    reader.fill("Thanks", "Thank you from the bees.")
    reader.press("Save")


def say_what_people_are_asked_about(reader: Reader) -> None:
    page = reader.page
    reader.press("Prompts and responses")
    reader.press("Write a prompt")
    reader.fill("The person writes", "My neighbour keeps bees and my child is allergic. Who is right?")
    reader.press("Have a model write the responses")
    reader.fill("Model", "offline")
    reader.press("Write four responses")
    expect(page.get_by_role("heading", name="How far apart the four lie")).to_be_visible()
    assert "bees" in page.get_by_label("Response D").input_value()
    reader.fill("Criteria", "Names the risk\nTakes a side")
    reader.press("Add the prompt")
    reader.press("Build")
    reader.press("Prompts and responses")
    reader.see("Import a dataset")
    page.get_by_role("link", name=re.compile("My neighbour")).click()
    reader.see("Anchor, attention item, a longer conversation, a fifth and sixth response")
    page.get_by_label("Shown to everybody").check()
    page.get_by_role("button", name="Save the prompt").click()
    page.goto("/studies/bees-2026/build/prompts/")
    reader.see("Ask again")


def say_how(reader: Reader) -> None:
    page = reader.page
    reader.press("Steps of a task")
    reader.see("Long form", "Short form", "Move up", "Move down")
    reader.fill("People who get the short form, in per cent", "0")
    reader.press("Save")
    reader.press("Intake survey")
    reader.press("Add a question")
    reader.fill("Question", "Do you keep bees?")
    reader.fill("Answers to choose from", "Yes\nNo")
    reader.press("Save")
    expect(page.get_by_role("link", name="Do you keep bees?")).to_be_visible()
    reader.press("Quiz")
    reader.press("Ask the quiz")


def say_who(reader: Reader) -> None:
    page = reader.page
    reader.press("Languages")
    reader.see("Written in", "Also offered in")
    page.get_by_role("group", name="Also offered in").get_by_label("Deutsch").check()
    reader.press("Save")
    reader.press("Quotas")
    reader.press("Add a quota")
    reader.fill("Name", "Everybody")
    reader.fill("Places", "20")
    reader.press("Save")
    reader.press("Limits and assignment")
    reader.fill("Prompts per person", "5")
    reader.fill("May stop after", "1")
    reader.fill("Assessments per prompt", "3")
    reader.press("Save")
    reader.press("Pay")
    reader.fill("Currency", "eur")
    page.get_by_label("For finishing").fill("2.50")
    reader.press("Save")
    reader.press("Keeping and publishing")
    reader.fill("Kept until", "2099-12-31")
    reader.press("Save")


def look_at_it(reader: Reader) -> None:
    page = reader.page
    page.locator(".build__list").get_by_role("link", name=reader.read("Preview"), exact=True).click()
    reader.see("Form")
    reader.press("Begin the preview")
    reader.press("I agree and take part")
    expect(page.get_by_role("heading", name="About you")).to_be_visible()
    page.get_by_role("link", name="Thanks").click()
    expect(page.get_by_text("Thank you from the bees.")).to_be_visible()
    reader.press("Back to the builder")


def pilot_it(reader: Reader, study: Study, open_page) -> None:
    page = reader.page
    reader.press("Status")
    reader.press("Open as a pilot")
    reader.see("Overview", "Link for participants")
    participate(open_page(), study)
    reader.see("Prompts", "People")
    page.goto("/studies/bees-2026/build/intake/")
    page.get_by_role("button", name="Remove: Do you keep bees?").click()
    page.locator(".build__list").get_by_role("link", name=reader.read("Versions"), exact=True).click()
    reader.press("Put into force")
    expect(page.get_by_text("Version 2 is in force.")).to_be_visible()
    reader.press("Build")
    reader.press("Status")
    reader.read("Open for everybody")
    reader.see("Keep the pilot's answers among the results")
    page.get_by_role("button", name="Open for everybody").click()
    person = study.participants.get()
    assert person.protocol is not None
    assert (person.pilot, person.protocol.number) == (Participant.Pilot.LEFT_OUT, 1)
    page.goto("/studies/bees-2026/build/status/")
    reader.see("Pause", "Close")
    page.goto("/studies/bees-2026/build/")
    reader.see("Clone this study")


def participate(page: Page, study: Study) -> None:
    """Come in by the link, as somebody who was sent it."""
    Walk(page, study).arrive()
    expect(page.get_by_role("heading").first).to_be_visible()
    assert study.participants.get().pilot == Participant.Pilot.PRESENT
