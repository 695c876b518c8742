"""Ask a model behind an OpenAI-compatible API: OpenAI itself, Azure, vLLM, llama.cpp and the like.

Two styles of API are spoken, `responses` and `chat` (Chat Completions). Both bind the answer to a JSON schema. What
servers send back is read leniently, by the few fields that matter: not all of them follow the API to the letter.
"""

import os
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

import openai
from django.conf import settings
from pydantic import BaseModel, ValidationError

from llm.errors import ModelUnavailable

from .base import Deadline, Reply, Request
from .retrying import Retrying, read_retry_after

# A request is of no use when less time than this is left for it.
SHORTEST_TIMEOUT_SECONDS = 0.05
# Codes of a 400 that tell of this one question, not of the server or its settings.
CODES_ABOUT_THE_QUESTION = {
    "content_filter": "The provider's content filter refused the question",
    "context_length_exceeded": "The question is too long for the model",
    "string_above_max_length": "The question is too long for the model",
    "invalid_prompt": "The provider refused the question",
}
SCHEMA_WORDS = ("response_format", "json_schema", "text.format", "structured output", "guided_json")


class OpenAIModel:
    """One model of an OpenAI-compatible server."""

    def __init__(self, name: str, *, retrying: Retrying | None = None) -> None:
        self.name = name
        self._retrying = retrying or Retrying()

    def complete(self, request: Request, *, deadline: Deadline) -> Reply:
        """Return the model's reply; see `Provider`."""
        send = _send_responses if settings.OPENAI_API_STYLE == "responses" else _send_chat
        return self._retrying.call(lambda: self._try(send, request, deadline), deadline=deadline)

    def _try(self, send: "Sender", request: Request, deadline: Deadline) -> Reply:
        timeout = min(settings.OPENAI_TIMEOUT_SECONDS, deadline.remaining)
        if timeout < SHORTEST_TIMEOUT_SECONDS:
            raise ModelUnavailable(f"No time was left to ask {self.name}.")
        client = client_of_this_process()
        started = time.perf_counter()
        try:
            reply = send(client, self.name, request, timeout)
        except openai.APIStatusError as error:
            reply = self._refused_request(error)
        except openai.APITimeoutError as error:
            raise ModelUnavailable(f"{self.name} did not answer within {timeout:.0f} seconds.") from error
        except openai.APIConnectionError as error:
            reason = str(error.__cause__ or error) or type(error).__name__
            raise ModelUnavailable(f"The connection to {client.base_url} failed: {reason}.") from error
        except (ValueError, openai.OpenAIError) as error:  # an answer that is not of the API at all
            raise ModelUnavailable(f"{client.base_url} answered, but not as this API does: {_short(error)}.") from error
        return _with_latency(reply, started)

    def _refused_request(self, error: openai.APIStatusError) -> Reply:
        """Return the reply that a client error amounts to, or raise `ModelUnavailable` for all others."""
        status, code, said = error.status_code, error.code or "", _short(error.message)
        if status in {400, 422} and code in CODES_ABOUT_THE_QUESTION:
            return Reply(problem=f"{CODES_ABOUT_THE_QUESTION[code]}: {said}", is_final=True)
        if status == 429 and code == "insufficient_quota":
            raise ModelUnavailable(f"The account at {_host(error)} has used up its quota.", temporary=False) from error
        if status in {408, 409, 425, 429} or status >= 500:
            raise ModelUnavailable(
                f"{_host(error)} answered {status}: {said}", retry_after=_retry_after(error)
            ) from error
        raise ModelUnavailable(self._permanent(status, said, _host(error)), temporary=False) from error

    def _permanent(self, status: int, said: str, host: str) -> str:
        if status == 401:
            return f"{host} does not accept the key in OPENAI_API_KEY."
        if status == 403:
            return f"The key in OPENAI_API_KEY may not use {self.name} at {host}: {said}"
        if status == 404:
            style = settings.OPENAI_API_STYLE
            return f"{host} knows no model {self.name}, or does not speak the API style {style}: {said}"
        if any(word in said.lower() for word in SCHEMA_WORDS):
            return f"{host} or {self.name} does not support answers bound to a JSON schema, which are needed: {said}"
        return f"{host} refused the request ({status}): {said}"


def client_of_this_process() -> openai.OpenAI:
    """Return the client for the settings as they are, made once in each process.

    Raises:
        ModelUnavailable: no key is set for a provider that needs one.
    """
    if not settings.OPENAI_API_KEY and not settings.OPENAI_BASE_URL:
        raise ModelUnavailable("OPENAI_API_KEY is not set, so no OpenAI model can be asked.", temporary=False)
    return _client(os.getpid(), settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL)


@lru_cache(maxsize=4)
def _client(_process: int, key: str, base_url: str) -> openai.OpenAI:
    # Sockets must not be shared with a forked child: each process has a client of its own.
    # A server of one's own may want no key, the client library insists on one.
    return openai.OpenAI(api_key=key or "none", base_url=base_url or None, max_retries=0)


Sender = Callable[[openai.OpenAI, str, Request, float], Reply]


# --- the Responses API ------------------------------------------------------------------------------


class _Content(BaseModel):
    type: str = ""
    text: str | None = None
    refusal: str | None = None


class _Output(BaseModel):
    type: str = ""
    content: list[_Content] | None = None


class _CachedTokens(BaseModel):
    cached_tokens: int | None = None


class _ResponsesUsage(BaseModel):
    input_tokens: int = 0
    output_tokens: int = 0
    input_tokens_details: _CachedTokens | None = None


class _Fault(BaseModel):
    code: str | None = None
    message: str | None = None


class _Incomplete(BaseModel):
    reason: str | None = None


class _ResponsesBody(BaseModel):
    object: Literal["response"]
    status: str = "completed"
    model: str = ""
    output: list[_Output] = []
    usage: _ResponsesUsage | None = None
    error: _Fault | None = None
    incomplete_details: _Incomplete | None = None

    @property
    def contents(self) -> list[_Content]:
        return [part for item in self.output if item.type == "message" for part in item.content or []]


def _send_responses(client: openai.OpenAI, model: str, request: Request, timeout: float) -> Reply:
    answer_format: Any = {"type": "json_schema", "name": request.purpose, "strict": True, "schema": request.schema}
    raw = client.responses.with_raw_response.create(
        model=model,
        instructions=request.instructions,
        input=request.material,
        text={"format": answer_format},
        max_output_tokens=settings.OPENAI_MAX_OUTPUT_TOKENS or openai.omit,
        store=False,  # texts of participants are not the provider's to keep
        extra_headers={"Idempotency-Key": request.key},
        timeout=timeout,
    )
    body = _ResponsesBody.model_validate_json(raw.http_response.content)
    if body.status == "failed":
        fault = body.error or _Fault()
        raise ModelUnavailable(f"{model} failed: {_short(fault.message or fault.code or 'no reason given')}")
    usage = body.usage or _ResponsesUsage()
    cached = usage.input_tokens_details.cached_tokens if usage.input_tokens_details else 0
    text, problem = _read_responses(body)
    return Reply(
        text=text,
        problem=problem,
        tokens_in=usage.input_tokens,
        tokens_cached=cached or 0,
        tokens_out=usage.output_tokens,
        served_by=body.model,
    )


def _read_responses(body: _ResponsesBody) -> tuple[str, str]:
    """Return the answer's text and, if it is of no use, why."""
    refusal = next((part.refusal for part in body.contents if part.refusal), None)
    text = "".join(part.text or "" for part in body.contents if part.type == "output_text")
    if refusal:
        return "", _refusal(refusal)
    if body.status == "incomplete":
        return "", _cut_off(body.incomplete_details.reason if body.incomplete_details else None)
    return text, "" if text.strip() else "The model's answer is empty."


# --- Chat Completions -------------------------------------------------------------------------------


class _ChatMessage(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    finish_reason: str | None = None
    message: _ChatMessage


class _ChatUsage(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: _CachedTokens | None = None


class _ChatBody(BaseModel):
    model: str = ""
    choices: list[_Choice]
    usage: _ChatUsage | None = None


def _send_chat(client: openai.OpenAI, model: str, request: Request, timeout: float) -> Reply:
    schema: Any = {"name": request.purpose, "strict": True, "schema": request.schema}
    raw = client.chat.completions.with_raw_response.create(
        model=model,
        messages=[
            {"role": "system", "content": request.instructions},
            {"role": "user", "content": request.material},
        ],
        response_format={"type": "json_schema", "json_schema": schema},
        max_completion_tokens=settings.OPENAI_MAX_OUTPUT_TOKENS or openai.omit,
        extra_headers={"Idempotency-Key": request.key},
        timeout=timeout,
    )
    body = _ChatBody.model_validate_json(raw.http_response.content)
    usage = body.usage or _ChatUsage()
    cached = usage.prompt_tokens_details.cached_tokens if usage.prompt_tokens_details else 0
    text, problem = _read_chat(body)
    return Reply(
        text=text,
        problem=problem,
        tokens_in=usage.prompt_tokens,
        tokens_cached=cached or 0,
        tokens_out=usage.completion_tokens,
        served_by=body.model,
    )


def _read_chat(body: _ChatBody) -> tuple[str, str]:
    """Return the answer's text and, if it is of no use, why."""
    if not body.choices:
        return "", "The model's answer is empty."
    choice = body.choices[0]
    if choice.message.refusal:
        return "", _refusal(choice.message.refusal)
    if choice.finish_reason in {"length", "content_filter"}:
        return "", _cut_off(choice.finish_reason)
    text = choice.message.content or ""
    return text, "" if text.strip() else "The model's answer is empty."


# --- what both have in common -----------------------------------------------------------------------


def _refusal(text: str) -> str:
    return f"The model refused to answer: {_short(text)}"


def _cut_off(reason: str | None) -> str:
    if reason == "content_filter":
        return "The provider's content filter stopped the answer."
    return "The answer was cut off before its end; OPENAI_MAX_OUTPUT_TOKENS may be too small."


def _retry_after(error: openai.APIStatusError) -> float | None:
    milliseconds = read_retry_after(error.response.headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    return read_retry_after(error.response.headers.get("retry-after"))


def _host(error: openai.APIStatusError) -> str:
    return error.request.url.host


def _with_latency(reply: Reply, started: float) -> Reply:
    return Reply(**{**reply.__dict__, "latency_ms": round((time.perf_counter() - started) * 1000)})


def _short(said: object) -> str:
    """Return what a server said in one line that fits a message.

    A validation error shows a part of what it read, which may be a text of others: only its first reason is told.
    """
    if isinstance(said, ValidationError):
        said = said.errors(include_url=False, include_input=False)[0]["msg"]
    line = " ".join(str(said).replace("\0", " ").split())
    return line if len(line) <= 300 else line[:297] + "..."
