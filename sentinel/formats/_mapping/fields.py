"""The event fields a format may fill: each with the converter that gives it its type, and a sentence.

This is the one list of them; mappings are checked against it, and rule authors read it.
"""

from __future__ import annotations

from typing import NamedTuple

from sentinel.records.event import Fields


class Field(NamedTuple):
    """One event field: the name of its converter in `values.py`, and what it holds."""

    type: str
    means: str


FIELDS: dict[str, Field] = {
    # Who and where from
    "source.ip": Field("ip", "address of the client, in its shortest form"),
    "source.address": Field("text", "address of the client that is no whole one: masked, or a name"),
    "user_agent.original": Field("text", "what the client calls itself"),
    "host.name": Field("text", "host that wrote the record, when the record says so"),
    "service.name": Field("text", "service (application) that wrote the record"),
    "user.id": Field("text", "user the key belongs to"),
    "user.name": Field("text", "name given in HTTP basic authentication"),
    "user.email": Field("text", "mail address of the user"),
    "user.roles": Field("list", "roles of the user"),
    "user.domain": Field("text", "directory, realm or tenant the user belongs to"),
    "user.target.name": Field("text", "user that the action is about, when it is another one"),
    "user.group.id": Field("text", "team the key belongs to"),
    "user.group.name": Field("text", "what people call that team"),
    "organization.id": Field("text", "organisation the key belongs to"),
    "cloud.account.id": Field("text", "account of the cloud that the record is about"),
    "cloud.region": Field("text", "its region"),
    "sentinel.key.hash": Field("key", "SHA-256 of the API key, 64 hex digits; never the key"),
    "sentinel.key.alias": Field("text", "what people call that key"),
    "sentinel.end_user.id": Field("text", "end user as named by the client"),
    "sentinel.client.id": Field("text", "application the user signed in to (OAuth client)"),
    # The request and its end
    "event.outcome": Field("text", "success or failure"),
    "event.duration": Field("seconds", "nanoseconds from request to end"),
    "event.action": Field("text", "what was done, in the words of the service: InvokeModel, LOGIN_ERROR"),
    "event.provider": Field("text", "service that did it: bedrock.amazonaws.com"),
    "http.request.id": Field("text", "x-request-id, joins gateway and web server records"),
    "http.request.method": Field("text", "GET, POST, ..."),
    "http.request.bytes": Field("int", "length of the request"),
    "http.request.referrer": Field("text", "page the client says it came from"),
    "http.response.status_code": Field("status", "100 to 599"),
    "http.response.body.bytes": Field("int", "length of the answer"),
    "http.version": Field("text", "1.1, 2.0, ..."),
    "url.original": Field("text", "request target as sent"),
    "url.path": Field("text", "its path"),
    "url.query": Field("text", "what follows its question mark"),
    "url.domain": Field("text", "host the client asked for"),
    "sentinel.call.id": Field("text", "the gateway's id of the call"),
    "trace.id": Field("text", "trace the record belongs to, 32 hex digits"),
    "span.id": Field("text", "its span, 16 hex digits"),
    "error.type": Field("text", "class of the error"),
    "error.code": Field("text", "the service's code for it, may be a word"),
    "error.message": Field("text", "what it says"),
    # Language models
    "gen_ai.operation.name": Field("text", "chat, text_completion, embeddings, ..."),
    "gen_ai.provider.name": Field("text", "openai, anthropic, aws.bedrock, ..."),
    "gen_ai.conversation.id": Field("text", "conversation as named by the client"),
    "gen_ai.request.model": Field("text", "model asked for"),
    "gen_ai.request.stream": Field("bool", "whether the answer was streamed"),
    "gen_ai.request.temperature": Field("setting", "sampling temperature asked for"),
    "gen_ai.request.max_tokens": Field("count", "longest answer asked for"),
    "gen_ai.request.logprobs": Field("bool", "whether the likelihood of each token of the answer was asked for"),
    "gen_ai.response.id": Field("text", "provider's id of the answer, not always unique"),
    "gen_ai.response.model": Field("text", "model that answered"),
    "gen_ai.response.finish_reasons": Field("list", "why each answer ended"),
    "gen_ai.usage.input_tokens": Field("int", "tokens that went in"),
    "gen_ai.usage.output_tokens": Field("int", "tokens that came out"),
    "gen_ai.usage.reasoning.output_tokens": Field("int", "of these, tokens of reasoning"),
    "gen_ai.usage.cache_read.input_tokens": Field("int", "input tokens read from a cache"),
    "gen_ai.usage.cache_creation.input_tokens": Field("int", "input tokens written to a cache"),
    "gen_ai.system_instructions": Field("words", "system text"),
    "gen_ai.prompt": Field("words", "all that went in but the system text: turns, tool calls and tool results"),
    "gen_ai.completion": Field("words", "all that came out: text, reasoning and tool calls"),
    "gen_ai.tool.name": Field("list", "tools called in the answer, in order"),
    "gen_ai.tool.call.arguments": Field("list", "their arguments, in the same order"),
    "gen_ai.tool.call.result": Field("list", "tool results among what went in"),
    "gen_ai.tool.definitions": Field("list", "tools offered to the model: what each says of itself"),
    "gen_ai.retrieval.documents": Field("list", "texts that were looked up for the model"),
    "gen_ai.agent.id": Field("text", "agent that made the call"),
    "gen_ai.agent.name": Field("text", "what people call that agent"),
    "mcp.method.name": Field("text", "method called on an MCP server: tools/call"),
    "mcp.session.id": Field("text", "session with that server"),
    "mcp.provider.name": Field("text", "which MCP server"),
    "sentinel.media.type": Field("list", "media types of images, sounds and files that went in or came out"),
    "sentinel.media.hash": Field("list", "SHA-256 of each, 64 hex digits"),
    "sentinel.media.name": Field("list", "names of files among them, as the client gave them"),
    "sentinel.capture.dropped": Field("int", "calls that the gateway could not write down, and that are in no log"),
}

# Fields of the user's own, as ECS has them.
OWN = "labels."
# Set by the readers themselves: what was wrong with the line.
FLAWS = "sentinel.line.flaws"


def dated(fields: Fields) -> None:
    """Take the mark off that the record names no time: whoever passed it on did."""
    marks = [mark for mark in fields.pop(FLAWS, ()) if mark != "no-time"]
    if marks:
        fields[FLAWS] = marks


def flaw(fields: Fields, mark: str) -> None:
    """Mark an event whose line had to be repaired (once)."""
    marks = fields.setdefault(FLAWS, [])
    if mark not in marks:
        marks.append(mark)
