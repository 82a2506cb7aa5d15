"""LiteLLM records as its logging callback writes them, with only the fields that a test is about spelled out."""

from __future__ import annotations

import hashlib
import json
from typing import Any

# In the past: an event after a containment would be marked by when that happened.
START = 1_795_400_000


def key(name: str) -> str:
    """The hash of a made-up key."""
    return hashlib.sha256(f"sk-{name}".encode()).hexdigest()


def record(number: int, *, at: float | None = None, who: str = "alice", prompt: Any = "Summarise the claim.",
           answer: Any = "Here is a short summary.", address: str = "203.0.113.7", **changed: Any) -> dict[str, Any]:
    """One successful chat completion."""
    when = START + number / 10 if at is None else at
    made = {
        "id": f"chatcmpl-{number}", "litellm_call_id": f"call-{number}", "call_type": "acompletion", "status": "success",
        "custom_llm_provider": "openai", "startTime": when, "endTime": when + 0.4, "model": "openai/gpt-4o",
        "model_group": "gpt-4o", "requester_ip_address": address, "user_agent": "python-httpx/0.28",
        "prompt_tokens": 10, "completion_tokens": 20, "error_information": {"error_code": "", "error_class": ""},
        "messages": [{"role": "user", "content": prompt}],
        "response": {"id": f"chatcmpl-{number}", "choices": [
            {"finish_reason": "stop", "index": 0, "message": {"role": "assistant", "content": answer}}]},
        "metadata": {"user_api_key_hash": key(who), "user_api_key_alias": f"{who}-key", "user_api_key_user_id": f"u-{who}",
                     "user_api_key_team_id": "t-claims", "user_api_key_request_route": "/v1/chat/completions",
                     "requester_ip_address": address},
    }
    return made | changed


def line(number: int, **given: Any) -> bytes:
    return json.dumps(record(number, **given)).encode("utf-8", "surrogatepass") + b"\n"
