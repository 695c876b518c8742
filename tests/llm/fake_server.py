"""A real HTTP server that speaks the Responses and the Chat Completions API, answers sensibly, and fails on demand.

It reads a request's blocks back into the question that was asked and answers as the offline baseline does. Faults are
given as a list for the next requests, or by rates: then the same seed makes the same request fail in the same way,
whatever the order of requests. It counts, for each `Idempotency-Key` (one question, one try), the answers that were
delivered, and so shows whether anything was paid for twice.

As a process of its own: `python -m tests.llm.fake_server --port 8123 --seed 1 --rates 429=0.1,malformed=0.05`; it
prints its base URL. `GET /counts` tells what happened, `POST /faults` takes a JSON list for the next requests.
"""

import argparse
import json
import random
import re
import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from typing import Any

from tests.llm.answering import WRONG, Answerer, answer_request, simple_answer

# Faults by what the client sees. Of these, no answer is delivered ...
UNDELIVERED = {
    "429", "500", "503", "timeout", "cut", "cut_body", "not_api", "failed", "401", "403", "404", "quota", "no_schema",
    "too_long", "content_filter_400",
}  # fmt: skip
# ... of these, an answer that is paid for and of no use.
UNUSABLE = {"refusal", "malformed", "schema", "truncated", "empty", "no_output", "wrong_answer", "content_filter"}

STATUS_FAULTS: dict[str, tuple[int, str, str]] = {
    "429": (429, "rate_limit_exceeded", "Rate limit reached."),
    "500": (500, "server_error", "The server had an error."),
    "503": (503, "overloaded", "Overloaded."),
    "401": (401, "invalid_api_key", "Incorrect API key provided."),
    "403": (403, "forbidden", "Not for this project."),
    "404": (404, "model_not_found", "The model does not exist."),
    "quota": (429, "insufficient_quota", "You exceeded your current quota."),
    "no_schema": (400, "invalid_request", "Invalid parameter: response_format of type json_schema is not supported."),
    "too_long": (400, "context_length_exceeded", "Too many tokens."),
    "content_filter_400": (400, "content_filter", "The prompt was filtered."),
}
UNUSABLE_TEXTS = {
    "malformed": '{"ranking": "A>',
    "schema": '{"something": "else"}',
    "empty": "",
}


class FakeServer:
    """The server, in a thread of this process. Use it as a context manager.

    Args:
        port: 0 for any free one.
        faults: what the next requests meet, in order; "ok" is none.
        rates: the share of requests that meet a fault, by its name.
        seed: of the rates.
        latency: seconds before an answer.
        hang: seconds after which a "timeout" closes the connection.
        retry_after: value of the Retry-After header of a 429, if any.
        answerer: who thinks up the answers; the offline baseline can.
        replays: whether a request with a known Idempotency-Key gets the answer it got before, unpaid.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        faults: list[str] | None = None,
        rates: Mapping[str, float] | None = None,
        seed: int = 0,
        latency: float = 0.0,
        hang: float = 2.0,
        retry_after: str = "0",
        answerer: Answerer = simple_answer,
        replays: bool = False,
    ) -> None:
        self.faults = list(faults or [])
        self.rates = dict(rates or {})
        self.seed, self.latency, self.hang, self.retry_after = seed, latency, hang, retry_after
        self.answerer, self.replays = answerer, replays
        self.requests: list[dict[str, Any]] = []
        self.asked: Counter[str] = Counter()
        self.delivered: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.met: Counter[str] = Counter()
        self.replayed = 0
        self._answers: dict[str, bytes] = {}
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """The value for OPENAI_BASE_URL."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def __enter__(self) -> "FakeServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def counts(self) -> dict[str, Any]:
        """Return what happened so far."""
        with self._lock:
            return {
                "requests": sum(self.asked.values()),
                "questions": len({key.rsplit("-", 1)[0] for key in self.asked}),
                "delivered": sum(self.delivered.values()),
                "lost": sum(self.lost.values()),
                "replayed": self.replayed,
                "faults": dict(self.met),
                "paid_twice": sorted(key for key, count in self.delivered.items() if count > 1),
            }

    # --- used by the handler, in its threads ---

    def enter(self, key: str, seen: dict[str, Any]) -> str:
        """Note a request and return the fault it is to meet, or "ok"."""
        with self._lock:
            self.requests.append(seen)
            self.asked[key] += 1
            fault = self.faults.pop(0) if self.faults else self._drawn(key, self.asked[key])
            if fault != "ok":
                self.met[fault] += 1
            return fault

    def known_answer(self, key: str) -> bytes | None:
        """Return the answer to replay, if there is one."""
        with self._lock:
            found = self._answers.get(key) if self.replays else None
            self.replayed += found is not None
            return found

    def leave(self, key: str, body: bytes, *, arrived: bool) -> None:
        """Note that an answer went out, or that nobody was there to take it."""
        with self._lock:
            (self.delivered if arrived else self.lost)[key] += 1
            self._answers[key] = body

    def _drawn(self, key: str, attempt: int) -> str:
        draw = random.Random(f"{self.seed}:{key}:{attempt}").random()
        for fault, rate in sorted(self.rates.items()):
            draw -= rate
            if draw < 0:
                return fault
        return "ok"

    def _handler(self) -> type["_Handler"]:
        return type("Handler", (_Handler,), {"fake": self})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeServer

    def do_GET(self) -> None:
        self._send(200, json.dumps(self.fake.counts()).encode())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/faults":
            self.fake.faults.extend(body)
            self._send(200, b"{}")
            return
        is_chat = self.path.endswith("/chat/completions")
        key = self.headers.get("Idempotency-Key", "none")
        headers = {name.lower(): value for name, value in self.headers.items()}
        fault = self.fake.enter(key, {"path": self.path, "key": key, "headers": headers, "body": body})
        known = self.fake.known_answer(key)
        if known is not None:
            self._send(200, known)
        elif fault in UNDELIVERED:
            self._fail(fault)
        else:
            time.sleep(self.fake.latency)
            self._answer(key, make_reply(body, is_chat=is_chat, fault=fault, answerer=self.fake.answerer))

    def _answer(self, key: str, reply: dict[str, Any]) -> None:
        data = json.dumps(reply).encode()
        if self._client_is_gone():
            self.fake.leave(key, data, arrived=False)
            self.close_connection = True
            return
        self.fake.leave(key, data, arrived=True)
        self._send(200, data)

    def _client_is_gone(self) -> bool:
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""

    def _fail(self, fault: str) -> None:
        if fault in STATUS_FAULTS:
            status, code, message = STATUS_FAULTS[fault]
            headers = {"Retry-After": self.fake.retry_after} if status == 429 and self.fake.retry_after else {}
            self._send(status, json.dumps({"error": {"code": code, "message": message}}).encode(), headers)
        elif fault == "not_api":
            self._send(200, b"<html>It works!</html>", {"Content-Type": "text/html"})
        elif fault == "failed":
            error = {"code": "server_error", "message": "The model had an error."}
            self._send(200, json.dumps({"object": "response", "status": "failed", "error": error}).encode())
        else:
            self._break_off(fault)

    def _break_off(self, fault: str) -> None:
        if fault == "timeout":
            time.sleep(self.fake.hang)
        if fault == "cut_body":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b'{"object"')
        self.close_connection = True

    def _send(self, status: int, data: bytes, headers: Mapping[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name of the base class
        """Say nothing: tests read counts."""


# --- replies ----------------------------------------------------------------------------------------


def make_reply(body: dict[str, Any], *, is_chat: bool, fault: str, answerer: Answerer) -> dict[str, Any]:
    """Return the body of a reply in the style of the request, of no use in the way the fault names."""
    instructions, material, purpose = read_request(body, is_chat=is_chat)
    if fault in UNUSABLE_TEXTS:
        text = UNUSABLE_TEXTS[fault]
    elif fault == "wrong_answer":  # of the right schema, and refused by the question
        text = WRONG[purpose].model_dump_json()
    else:
        text = answer_request(purpose, instructions, material, answerer)
    tokens = {"in": (len(instructions) + len(material)) // 4, "out": max(1, len(text) // 4)}
    make = _chat_reply if is_chat else _responses_reply
    return make(f"{body['model']}-2026-01-01", text, fault, tokens)


def read_request(body: dict[str, Any], *, is_chat: bool) -> tuple[str, str, str]:
    """Return instructions, material and purpose; a request of another form is an error of the client's."""
    if is_chat:
        system, user = body["messages"]
        assert (system["role"], user["role"]) == ("system", "user")
        answer_format = body["response_format"]
        assert answer_format["type"] == "json_schema"
        schema = answer_format["json_schema"]
        instructions, material = system["content"], user["content"]
    else:
        assert body["store"] is False
        schema = body["text"]["format"]
        assert schema["type"] == "json_schema"
        instructions, material = body["instructions"], body["input"]
    assert schema["strict"] is True
    assert schema["schema"]["additionalProperties"] is False
    return instructions, material, schema["name"]


def _responses_reply(model: str, text: str, fault: str, tokens: dict[str, int]) -> dict[str, Any]:
    content: dict[str, Any] = {"type": "output_text", "text": text, "annotations": []}
    if fault == "refusal":
        content = {"type": "refusal", "refusal": "I cannot help with that."}
    reply = {
        "id": "resp_1",
        "object": "response",
        "status": "completed",
        "model": model,
        "output": [
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [content]},
        ],
        "usage": {
            "input_tokens": tokens["in"],
            "input_tokens_details": {"cached_tokens": tokens["in"] // 2},
            "output_tokens": tokens["out"],
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": tokens["in"] + tokens["out"],
        },
    }
    if fault in {"truncated", "content_filter"}:
        reason = "max_output_tokens" if fault == "truncated" else fault
        content["text"] = text[: len(text) // 2]
        reply |= {"status": "incomplete", "incomplete_details": {"reason": reason}}
    if fault == "no_output":
        reply["output"] = []
    return reply


def _chat_reply(model: str, text: str, fault: str, tokens: dict[str, int]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    finish = "stop"
    if fault == "refusal":
        message |= {"content": None, "refusal": "I cannot help with that."}
    if fault in {"truncated", "content_filter"}:
        message["content"] = text[: len(text) // 2]
        finish = "length" if fault == "truncated" else fault
    choices = [{"index": 0, "finish_reason": finish, "message": message}]
    return {
        "id": "chatcmpl_1",
        "object": "chat.completion",
        "model": model,
        "choices": [] if fault == "no_output" else choices,
        "usage": {
            "prompt_tokens": tokens["in"],
            "completion_tokens": tokens["out"],
            "total_tokens": tokens["in"] + tokens["out"],
            "prompt_tokens_details": {"cached_tokens": tokens["in"] // 2},
        },
    }


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--hang", type=float, default=2.0)
    parser.add_argument("--rates", default="", help="429=0.1,malformed=0.05")
    parser.add_argument("--replays", action="store_true", help="answer a known Idempotency-Key again, unpaid")
    parser.add_argument("--offline", action="store_true", help="answer as the offline baseline does")
    options = parser.parse_args()
    rates = {name: float(rate) for name, rate in re.findall(r"([^=,\s]+)=([\d.]+)", options.rates)}
    unknown = set(rates) - UNDELIVERED - UNUSABLE
    if unknown:
        parser.error(f"unknown faults: {', '.join(sorted(unknown))}")
    server = FakeServer(
        port=options.port,
        rates=rates,
        seed=options.seed,
        latency=options.latency,
        hang=options.hang,
        answerer=import_module("llm.offline").answer if options.offline else simple_answer,
        replays=options.replays,
    )
    with server:
        print(server.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
