"""Somebody who takes part by the API, as an app of their own would let them."""

import json
import random
import urllib.error
import urllib.request
import uuid
from typing import Any


class Refused(Exception):
    """The API refused a step: its status and what it said."""

    def __init__(self, status: int, said: Any) -> None:
        super().__init__(f"{status}: {said}")
        self.status = status
        self.said = said


class ApiBot:
    """One person, for one thread. What they answer is drawn from the seed."""

    def __init__(self, base_url: str, link: str, *, seed: int = 0, token: str = "") -> None:
        self.base = f"{base_url.rstrip('/')}/api/v1/take-part/{link}/"
        self.random = random.Random(seed)
        self.visit = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        self.token = token

    def enter(self, **parameters: str) -> dict[str, Any]:
        """Agree to take part; `parameters` are those a panel adds to the study's link."""
        given = {"agrees": True, "visit": self.visit, "parameters": parameters}
        taken_in = self.send("POST", "consent/", given)
        self.token = taken_in["token"]
        return taken_in

    def answer_intake(self, **answers: str) -> None:
        """Answer the intake survey; what is not said is drawn from the options."""
        questions = self.send("GET", "about-you/")["questions"]
        drawn = {q["key"]: self.random.choice(q["options"]) for q in questions if q["options"]}
        self.send("PUT", "about-you/", {"answers": drawn | answers})

    def next(self, **more: Any) -> dict[str, Any]:
        """Return what comes next."""
        return self.send("POST", "next/", more)

    def fill(self, task: dict[str, Any]) -> dict[str, Any]:
        """Return answers to everything that is asked."""
        letters = list(task["responses"])
        answers: dict[str, Any] = {}
        for step in ("personal", "world"):
            if step in task["asked"]:
                places = {letter: self.random.randint(1, len(letters)) for letter in letters}
                answers[step] = {"places": places, "why": f"Because of {self.random.random():.3f}."}
        for scale, levels in (("importance", 3), ("representativeness", 5), ("subjectivity", 4)):
            if scale in task["asked"]:
                answers[scale] = self.random.randint(1, levels)
        answers["scores"] = {criterion: self.random.randint(-10, 10) for criterion in task["criteria"]}
        return answers

    def save_draft(self, task: dict[str, Any], answers: dict[str, Any]) -> int:
        """Keep a draft and return its revision."""
        return self.send("PUT", f"tasks/{task['key']}/draft/", answers)["revision"]

    def hand_in(self, task: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
        """Hand in a task."""
        return self.send("POST", f"tasks/{task['key']}/answers/", answers)

    def send(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Send a request and return what came. Raises `Refused`."""
        headers = {"Content-Type": "application/json", "Accept-Language": "en"}
        if self.token:
            headers["Authorization"] = f"Participant {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                said = answer.read()
                return json.loads(said) if said else {}
        except urllib.error.HTTPError as refusal:
            why = refusal.read().decode()
            raise Refused(refusal.code, json.loads(why) if why.startswith(("{", "[")) else why) from None
