"""Have a model write the candidate responses of a prompt, and measure how far apart they lie.

One request asks for answers that deliberately differ (negatively correlated sampling): asked one at a time, a model
gives much the same answer again and again. Beside them stand plain answers to the same conversation, and the spread of
the study's other prompts, so that the figure can be judged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from elicitation.models import Prompt, Study
from llm import gateway
from llm.questions import BaselineResponseQuestion, Message, WriteResponsesQuestion
from measures.spread import distance_to, spread

from .content import Provenance

WRITTEN_AT_ONCE: Final = 4
# Two plain answers, so that there is one distance between them.
PLAIN_ANSWERS: Final = 2
_MOST_COMPARED: Final = 200


class NotGenerated(Exception):
    """The model gave no usable answer; the message says why."""


@dataclass(frozen=True)
class Draft:
    """A response that a model wrote, and the point of view it says to take."""

    text: str
    viewpoint: str


@dataclass(frozen=True)
class Drafted:
    """What a model wrote for a prompt, and how far apart it lies. Distances are lexical: from 0 (alike) to 1."""

    model: str
    drafts: list[Draft]
    plain: str
    spread: float
    to_plain: float
    plain_spread: float
    others_spread: float | None
    others: int
    made_on: date

    def provenance(self) -> list[Provenance]:
        """Return where each draft comes from; the plain answer comes last."""
        asked = {"request": "write_responses", "at_once": len(self.drafts), "spread": round(self.spread, 3)}
        return [
            *(Provenance(self.model, draft.viewpoint, asked, self.made_on) for draft in self.drafts),
            Provenance(self.model, "", {"request": "baseline_response"}, self.made_on),
        ]


def draft_responses(*, study: Study, messages: Sequence[Mapping[str, str]], model: str) -> Drafted:
    """Ask a model (`offline` or `openai:NAME`) for the responses to a conversation.

    Asked again for the same conversation, the ledger answers. Raises `NotGenerated`.
    """
    turns = tuple(Message(role=message["role"], content=message["content"]) for message in messages)
    if not turns or turns[-1].role != "user" or not turns[-1].content.strip():
        raise NotGenerated(_("Write first what the person asks."))
    account = f"study:{study.pk}"
    try:
        written = gateway.ask(
            WriteResponsesQuestion(messages=turns, count=WRITTEN_AT_ONCE), model=model, account=account
        ).value
        plain = [
            gateway.ask(BaselineResponseQuestion(messages=turns), model=model, account=account, repeat=number).value
            for number in range(PLAIN_ANSWERS)
        ]
    except gateway.GatewayError as error:
        raise NotGenerated(_("The model gave no usable answer: %(reason)s") % {"reason": error}) from error
    texts = [response.text for response in written.responses]
    others = _spreads_of_others(study, turns)
    return Drafted(
        model=model,
        drafts=[Draft(response.text, response.viewpoint) for response in written.responses],
        plain=plain[0].text,
        spread=spread(texts),
        to_plain=distance_to(plain[0].text, texts),
        plain_spread=spread([answer.text for answer in plain]),
        others_spread=sum(others) / len(others) if others else None,
        others=len(others),
        made_on=timezone.now().date(),
    )


def _spreads_of_others(study: Study, turns: Sequence[Message]) -> list[float]:
    """Return the spread of the responses of each of the study's other prompts."""
    asked = [{"role": turn.role, "content": turn.content} for turn in turns]
    prompts = Prompt.objects.filter(study=study, retest_of=None, attention_best="").prefetch_related("responses")
    return [
        spread([response.text for response in prompt.responses.all()])
        for prompt in prompts[:_MOST_COMPARED]
        if prompt.messages != asked
    ]
