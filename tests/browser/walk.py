"""A study like the demo, and a person who walks through it."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Page

from datasets.demo import content
from elicitation.models import Criterion, Prompt, Response, Study
from elicitation.protocol import default_intake, default_steps
from elicitation.quiz import default_quiz
from tests.factories import make_study


def make_demo_like(prompts: int = 2, **fields: Any) -> Study:
    """Make a study with the demo's first prompts, each with its four answers and six criteria."""
    study = make_study(
        **{
            "title": "How should an AI answer?",
            "description": "We ask how AI systems should answer questions on which thoughtful people differ.",
            "steps": default_steps(),
            "completion_code": "C1A2B3",
            "tasks_per_person": 2,
        }
        | fields
    )
    study.protocols.update(intake=default_intake())
    for position, source in enumerate(content.prompts()[:prompts]):
        prompt = Prompt.objects.create(
            study=study,
            key=source.key,
            position=position,
            messages=source.messages,
            candidates=len(source.answers),
        )
        for answer in source.answers:
            Response.objects.create(
                prompt=prompt,
                letter=answer.letter,
                messages=[{"role": "assistant", "content": answer.text}],
                source=Response.Source.WRITTEN,
            )
        for number, criterion in enumerate(source.criteria):
            Criterion.objects.create(
                prompt=prompt,
                key=f"{source.key}-{number}",
                position=number,
                text=criterion.text,
                origin=Criterion.Origin.SEEDED,
            )
    return study


class Walk:
    """A person with a browser, screen by screen, who reads `language`. `look` is called on every page they see."""

    def __init__(self, page: Page, study: Study, look: Any = None, language: str = "en") -> None:
        self.page = page
        self.language = language
        self.study = study
        self.look = look or (lambda _page: None)

    def say(self, sentence: str, **values: str) -> str:
        """Return a sentence of the interface in the language of the page."""
        with translation.override(self.language):
            said = gettext(sentence)
        return said % values if values else said

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=self.say(name), exact=True).click()

    def arrive(self) -> None:
        """Open the link, agree, and answer some of the intake."""
        self.page.goto(f"/p/{self.study.link_token}/")
        self.look(self.page)
        self.press("I agree and take part")
        self.look(self.page)
        self.page.get_by_label(self.say("25-34")).check()
        self.page.get_by_label(self.say("In which country do you live?")).select_option(value="Kenya")
        self.page.locator("[name=ideal-model-behavior]").fill("It should be honest.")
        self.press("Save and go on")

    def take_quiz(self) -> None:
        """Answer the default quiz rightly and go on to the first task."""
        self.look(self.page)
        for item in default_quiz()["items"]:
            self.page.locator(f"input[name=item_{item['key']}][value={item['right']}]").check()
        self.press("Check my answers")
        self.look(self.page)
        self.page.get_by_role("link", name=self.say("Go on to the tasks")).first.click()

    def place(self, block: str, places: str) -> None:
        """Put A, B, ... into the places given, as "1223", by the board's own keys."""
        for letter, place in zip("ABCDEF", places, strict=False):
            self.page.locator(f"#{block}_board .chip[data-key={letter}]").focus()
            self.page.keyboard.press(place)

    def show_response(self, letter: str) -> None:
        """Turn to a response where one is shown at a time, once the page and its scripts are there to say so."""
        self.page.locator(f"#response-{letter}").wait_for(state="attached")
        self.page.wait_for_load_state("load")
        if self.page.locator(f"#response-{letter}").is_hidden():
            self.page.get_by_role("button", name=self.say("Response %(label)s", label=letter), exact=True).click()

    def do_task(self, *, own: str = "Says where to find help.") -> None:
        """Answer everything on a task, screen by screen, and hand it in."""
        page = self.page
        self.look(page)
        self.show_response("B")
        page.get_by_label(self.say("Response %(label)s is unacceptable", label="B")).check()
        page.get_by_label(self.say("If one is: why?")).fill("It looks down on people.")
        self.press("Next")
        self.place("personal", "1423")
        self.look(page)
        page.locator("#personal_why").fill("A listens.")
        self.press("Next")
        self.place("world", "2211")
        page.locator("#world_why").fill("C and D serve everybody.")
        self.press("Next")
        page.get_by_label(self.say("Very important")).check()
        page.get_by_label(self.say("Slightly likely")).check()
        page.get_by_label(self.say("I am unsure")).check()
        self.look(page)
        self.press("Next")
        for number, slider in enumerate(page.get_by_role("slider").all()[:6]):
            slider.focus()
            page.keyboard.press("Home" if number % 2 else "End")
        page.locator("#own_criterion").fill(own)
        page.get_by_role("slider").last.focus()
        page.keyboard.press("End")
        self.look(page)
        task = page.url
        self.press("Hand in and go on")
        page.wait_for_url(lambda address: address != task)
