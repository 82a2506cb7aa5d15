"""Logs to measure with: access lines and LiteLLM records of the captures' sizes, one in a hundred an attack.

Everything is made from a seed: the same numbers give the same bytes.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from string import ascii_lowercase
from typing import Any

START = 1_795_600_000
CAPTURE = Path(__file__).parent.parent / "examples" / "logs" / "litellm.jsonl"
_AGENTS = ("OpenAI/Python 1.109.1", "OpenAI/JS 5.12.2", "AsyncOpenAI/Python 2.6.0", "python-httpx/0.28.1", "curl/8.5.0",
           "node-fetch/1.0", "axios/1.12.2", "Go-http-client/2.0", "litellm/1.79.0")
# Nine calls in ten have the same few targets; the others name an object, and no two of them are the same.
_CALLS = ("POST /v1/chat/completions",) * 7 + ("POST /v1/embeddings", "GET /v1/models", "GET /v1/responses/resp_{id}?include=output")
_PROBES = ("/.env", "/../../etc/passwd", "/wp-login.php", "/.git/config")


def access_lines(count: int, *, attacks: float = 0.01, addresses: int = 2_000, seed: int = 7) -> Iterator[bytes]:
    """nginx combined lines of about 115 bytes; attacks are refused calls in bursts and scanner probes."""
    dice = random.Random(seed)
    for i in range(count):
        when = datetime.fromtimestamp(START + i // 400, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
        host = dice.randrange(addresses)
        address = f"10.{host >> 16 & 255}.{host >> 8 & 255}.{host & 255}"
        if dice.random() < attacks:
            path = dice.choice(_PROBES) if dice.random() < 0.5 else "/v1/chat/completions"
            yield f'203.0.113.{dice.randrange(20)} - - [{when}] "GET {path} HTTP/1.1" 401 153 "-" "curl/8.5.0"\n'.encode()
        else:
            size, call = dice.randrange(200, 9000), dice.choice(_CALLS).replace("{id}", f"{dice.getrandbits(96):024x}")
            yield f'{address} - - [{when}] "{call} HTTP/1.1" 200 {size} "-" "{dice.choice(_AGENTS)}"\n'.encode()


def captured(clean: Callable[[bytes], bool]) -> list[dict[str, Any]]:
    """The captured LiteLLM records that are `clean`."""
    return [json.loads(line) for line in CAPTURE.read_bytes().splitlines() if clean(line)]


def gateway_records(count: int, clean: list[dict[str, Any]], *, attacks: float = 0.01, keys: int = 200, seed: int = 7) -> Iterator[bytes]:
    """`clean` records over and over with other keys, times and prompts; an attack's answer holds a person's data."""
    dice = random.Random(seed)
    for i in range(count):
        record = dict(dice.choice(clean))
        when = START + i / 50
        record["startTime"], record["endTime"] = when, when + 0.5
        record["litellm_call_id"] = f"00000000-0000-4000-8000-{i:012x}"
        record["metadata"] = {**record["metadata"], "user_api_key_hash": f"{dice.randrange(keys):064x}"}
        # Two requests are hardly ever the same: nothing remembered of one may help another.
        record["messages"] = [{"role": "user", "content": f"About {''.join(dice.choices(ascii_lowercase, k=12))}:"}, *(record["messages"] or ())]
        if dice.random() < attacks:
            record["response"] = {"choices": [{"finish_reason": "stop", "message": {
                "role": "assistant", "content": f"The customer is Ann Lee, mail ann.lee{i}@mailbox.org, card 4539 1488 0343 6467."}}]}
        yield json.dumps(record).encode() + b"\n"
