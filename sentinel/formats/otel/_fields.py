"""Which attribute feeds which event field. In: the attributes of a span or event, and those of what is around it. Out: fields."""

from __future__ import annotations

from typing import Any

import msgspec

from sentinel.formats._mapping.fields import FIELDS
from sentinel.formats._mapping.lenient import NOT_JSON
from sentinel.formats._mapping.values import CONVERTERS, text
from sentinel.formats.otel._values import Attributes
from sentinel.records.event import Fields


class Table:
    """Event field -> attributes, the first that gives a value of the field's type wins.

    Attributes:
        fields: the event fields. names: the attributes; none feeds two fields.
    """

    def __init__(self, fields: dict[str, tuple[str, ...]]) -> None:
        self.fields = frozenset(fields)
        self.names = [name for names in fields.values() for name in names]
        # By attribute: a span has a dozen of them, and the tables name a hundred.
        self._by_name = {name: (rank, field, CONVERTERS[FIELDS[field].type])
                         for field, names in fields.items() for rank, name in enumerate(names)}

    def take(self, flat: Attributes, fields: Fields) -> None:
        """Fill the fields that are not yet there."""
        known = self._by_name
        found = sorted((known[name][0], name) for name in flat.keys() & known.keys())
        for _, name in found:
            _, field, convert = known[name]
            if field not in fields and (value := flat[name]) is not None and (value := convert(_one(value))) is not None:
                fields[field] = value


def _one(value: Any) -> Any:
    """Headers are captured as lists; the only item of a list is the value."""
    return value[0] if value.__class__ is list and len(value) == 1 else value


# OpenTelemetry's name of today, those it had, and then those of OpenLLMetry, OpenInference, Langfuse and LiteLLM's exporter.
CALL = Table({
    "gen_ai.request.model": ("gen_ai.request.model", "llm.request.model", "llm.request.model_name", "llm.model_name",
                             "embedding.model_name", "reranker.model_name", "ai.model.id"),
    "gen_ai.response.model": ("gen_ai.response.model", "llm.response.model", "llm.response.model_name"),
    "gen_ai.response.id": ("gen_ai.response.id", "llm.response.id"),
    "gen_ai.response.finish_reasons": ("gen_ai.response.finish_reasons", "gen_ai.response.finish_reason",
                                       "llm.response.finish_reason", "llm.finish_reason"),
    "gen_ai.request.temperature": ("gen_ai.request.temperature", "llm.request.temperature", "llm.temperature"),
    "gen_ai.request.max_tokens": ("gen_ai.request.max_tokens", "llm.request.max_tokens"),
    "gen_ai.request.stream": ("gen_ai.request.stream", "gen_ai.is_streaming", "llm.is_streaming", "llm.request.is_stream"),
    "gen_ai.usage.input_tokens": ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.usage.prompt_tokens",
                                  "llm.token_count.prompt"),
    "gen_ai.usage.output_tokens": ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.usage.completion_tokens",
                                   "llm.token_count.completion"),
    "gen_ai.usage.reasoning.output_tokens": ("gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens",
                                             "llm.token_count.completion_details.reasoning"),
    "gen_ai.usage.cache_read.input_tokens": ("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens",
                                             "llm.usage.cache_read_input_tokens", "llm.token_count.prompt_details.cache_read"),
    "gen_ai.usage.cache_creation.input_tokens": (
        "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens",
        "llm.usage.cache_creation_input_tokens", "llm.token_count.prompt_details.cache_write"),
    "gen_ai.agent.name": ("gen_ai.agent.name", "agent.name"),
    "gen_ai.agent.id": ("gen_ai.agent.id",),
    "error.type": ("error.type",),
    "http.response.status_code": ("http.response.status_code", "http.status_code"),
    # LiteLLM's exporter says who the key belongs to; its hash is computed by the proxy.
    "sentinel.key.hash": ("metadata.user_api_key_hash",),
    "sentinel.key.alias": ("metadata.user_api_key_alias",),
    "user.group.id": ("metadata.user_api_key_team_id",),
    "user.group.name": ("metadata.user_api_key_team_alias",),
    "organization.id": ("metadata.user_api_key_org_id",),
})
PARAMETERS = Table({
    "gen_ai.request.temperature": ("temperature",), "gen_ai.request.max_tokens": ("max_tokens", "max_completion_tokens"),
    "gen_ai.request.stream": ("stream",), "gen_ai.request.model": ("model",),
})
# What a request says of its sender, so that it holds for every span beneath it too.
SENDER = Table({
    "source.ip": ("client.address", "http.client_ip", "metadata.requester_ip_address"),
    "user.id": ("enduser.id", "user.id", "langfuse.user.id", "metadata.user_api_key_user_id",
                "traceloop.association.properties.user_id"),
    "user.email": ("user.email",),
    "user.roles": ("user.roles", "enduser.role"),
    # What the caller of the model wrote into the request's `user`.
    "sentinel.end_user.id": ("gen_ai.user", "llm.user"),
    "gen_ai.conversation.id": ("gen_ai.conversation.id", "session.id", "langfuse.session.id",
                               "traceloop.association.properties.session_id"),
    "user_agent.original": ("user_agent.original", "http.user_agent"),
    "url.path": ("url.path",),
})
RESOURCE = Table({
    "service.name": ("service.name",),
    "host.name": ("host.name", "k8s.pod.name"),
    "cloud.account.id": ("cloud.account.id",),
    "cloud.region": ("cloud.region",),
})
# The other end of a connection, where a request came in: in other spans it is the server that was called.
PEER = Table({"source.ip": ("network.peer.address", "net.sock.peer.addr", "net.peer.ip")})
# What only the server side of a request says.
SERVER = Table({
    "http.request.method": ("http.request.method", "http.method"),
    "http.response.status_code": ("http.response.status_code", "http.status_code"),
    "http.version": ("network.protocol.version", "http.flavor"),
    "http.request.bytes": ("http.request.body.size", "http.request_content_length"),
    "http.response.body.bytes": ("http.response.body.size", "http.response_content_length"),
    "http.request.id": ("http.request.header.x-request-id", "http.request.header.x_request_id"),
    "url.domain": ("server.address", "http.host", "net.host.name"),
    "error.type": ("error.type",),
})
_OPERATIONS = {
    "completion": "text_completion", "embedding": "embeddings", "llm": "chat", "retriever": "retrieval", "reranker": "rerank",
    "tool": "execute_tool", "agent": "invoke_agent", "guardrail": "guardrail", "chat": "chat", "rerank": "rerank",
}
_PROVIDERS = {
    "az.ai.inference": "azure.ai.inference", "az.ai.openai": "azure.ai.openai", "azure": "azure.ai.openai",
    "azure_openai": "azure.ai.openai", "vertex_ai": "gcp.vertex_ai", "vertexai": "gcp.vertex_ai", "gemini": "gcp.gemini",
    "google": "gcp.gemini", "google_generativeai": "gcp.gemini", "xai": "x_ai", "mistralai": "mistral_ai", "mistral": "mistral_ai",
    "aws": "aws.bedrock", "amazon": "aws.bedrock", "bedrock": "aws.bedrock", "watsonx": "ibm.watsonx.ai",
}


def call(flat: Attributes, fields: Fields) -> None:
    """Fill what a span says of the call it stands for."""
    if who := provider(flat):
        fields["gen_ai.provider.name"] = who
    CALL.take(flat, fields)
    given = flat.get("llm.invocation_parameters")
    if given.__class__ is str:  # OpenInference: the body of the request but for its messages
        try:
            PARAMETERS.take(msgspec.json.decode(given, type=dict[str, Any]), fields)
        except NOT_JSON:
            pass


def operation(flat: Attributes) -> str:
    """The operation that a GenAI span stands for; empty when it is none. Spans that only wrap others (chains, workflows) are none."""
    if named := text(flat.get("gen_ai.operation.name")):
        return named
    for key in ("openinference.span.kind", "traceloop.span.kind", "llm.request.type", "gen_ai.request.type"):
        if (kind := flat.get(key)).__class__ is str:
            return _OPERATIONS.get(kind.lower(), "")
    return "chat" if any(key in flat for key in ("gen_ai.system", "gen_ai.provider.name", "gen_ai.request.model")) else ""


def provider(flat: Attributes) -> str:
    """Who runs the model, by its name in the convention of today; empty when nobody says it."""
    for key in ("gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.vendor", "llm.system"):
        if named := text(flat.get(key)):
            return _PROVIDERS.get(named.lower(), named.lower())
    return ""
