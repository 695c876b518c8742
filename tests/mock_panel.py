"""A panel that does what real ones do: fills its people's ids into the entry address, reads the codes they come back
with, and tells by signed webhook what became of a submission.

    panel = MockPanel(study, "prolific")
    bot = panel.send(Bot(url, study.link_token), "aaa1")   # the bot opens the study as this person
    panel.outcome_of(bot.page)                               # what the panel learns when they follow the way back
    panel.tell(url, "aaa1", "RETURNED")
"""

from __future__ import annotations

import json
import re
import time
from html import unescape
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from urllib.request import Request, urlopen

from elicitation.addresses import entry_address
from elicitation.models import Panel, Study
from elicitation.panels.hearing import signature_of
from elicitation.panels.managing import add_panel
from elicitation.panels.presets import preset_of
from elicitation.panels.returning import CODED

SECRET = "a secret of the workspace"
RETURN_URLS = {
    "sona": "https://school.sona-systems.com/webstudy_credit.aspx?experiment_id=7&credit_token={code}&survey_code={id}",
    "generic": "https://panel.example.org/back?person={id}&result={code}",
}
# What each panel appends or fills in, beside the id.
FURTHER = {
    "prolific": {"STUDY_ID": "study-1", "SESSION_ID": "session-{id}"},
    "connect": {"assignmentId": "assignment-{id}", "projectId": "project-1"},
}


class MockPanel:
    """A panel of a study, made from a preset, with a code for every outcome."""

    def __init__(self, study: Study, preset: str, **fields: Any) -> None:
        self.codes = {str(outcome): f"{preset.upper()}-{number}" for number, outcome in enumerate(CODED)}
        if preset in RETURN_URLS:
            fields.setdefault("return_url", RETURN_URLS[preset])
        if preset == "prolific":
            fields.setdefault("webhook_secret", SECRET)
        self.panel: Panel = add_panel(by=None, study=study, preset=preset, **{"codes": self.codes} | fields)

    def parameters(self, person: str) -> dict[str, str]:
        """Return what the panel sends a person with."""
        further = FURTHER.get(self.panel.preset, {})
        return {self.panel.id_parameter: person, **{name: value.format(id=person) for name, value in further.items()}}

    def address(self, person: str) -> str:
        """Return the address the panel sends a person to: its placeholders filled in, or its parameters appended."""
        address = entry_address(self.panel)
        values = self.parameters(person)
        placeholders = preset_of(self.panel).placeholders
        if not placeholders:
            return address + "?" + urlencode(values)
        for name, placeholder in placeholders.items():
            assert placeholder in address
            address = address.replace(placeholder, values[name])
        return address

    def send(self, bot: Any, person: str) -> Any:
        """Let a bot open the study as one of the panel's people, at the address the panel was given."""
        target = urlsplit(self.address(person))
        bot.open_link(**dict(parse_qsl(target.query)))
        return bot

    def way_back_on(self, text: str) -> str:
        """Return the address of the way back that a page shows, "" if it shows none."""
        host = urlsplit(self.panel.return_url).netloc
        found = re.search(rf'href="(https://{re.escape(host)}/[^"]*)"', text)
        return unescape(found[1]) if found else ""

    def outcome_of(self, text: str, person: str) -> str:
        """Return the outcome the panel learns when a person follows the way back on a page."""
        url = self.way_back_on(text)
        if not url:
            return ""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        if "{id}" in self.panel.return_url:
            assert person in query.values()
        told = {*query.values(), *urlsplit(url).path.split("/")}
        outcomes = [outcome for outcome, code in self.codes.items() if code in told]
        assert len(outcomes) == 1
        return outcomes[0]

    def message(self, person: str, status: str, **changes: str) -> bytes:
        """Return the body of a webhook about a person's submission."""
        said = {
            "event_type": "submission.status.change",
            "participant_id": person,
            "resource_id": f"session-{person}",
            "status": status,
        }
        return json.dumps(said | changes).encode()

    def headers(self, body: bytes, *, event: str, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
        """Return a webhook's headers, signed."""
        timestamp = str(int(time.time() if at is None else at))
        return {
            "Content-Type": "application/json",
            "X-Event-ID": event,
            "X-Prolific-Request-Timestamp": timestamp,
            "X-Prolific-Request-Signature": signature_of(secret=secret, timestamp=timestamp, body=body),
        }

    def tell(
        self, base_url: str, person: str, status: str, *, event: str = "event-1", **options: Any
    ) -> tuple[int, str]:
        """Send a webhook about a person's submission over HTTP; return status and effect."""
        body = self.message(person, status)
        url = f"{base_url}/panels/{self.panel.webhook_token}/"
        request = Request(url, data=body, headers=self.headers(body, event=event, **options), method="POST")
        try:
            with urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)["effect"]
        except HTTPError as refusal:
            return refusal.code, json.load(refusal)["detail"]
