"""Loaded inside the LiteLLM proxy, as a callback that does nothing: stands in for the key database.

The proxy's own handlers (/key/block, /key/unblock, /key/info) and its own authentication run against the table here;
its database engine is downloaded at run time and cannot be had offline.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
import urllib.request
from typing import Any
from unittest.mock import AsyncMock, MagicMock

from litellm.integrations.custom_logger import CustomLogger

READY, URL = os.environ["SENTINEL_TEST_READY"], os.environ["SENTINEL_TEST_URL"]
nothing = CustomLogger()  # what the proxy asks a callback's file for


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest() if token.startswith("sk-") else token


class Keys:
    """The calls that blocking and authentication make to the table of keys."""

    def __init__(self, rows: dict[str, dict[str, Any]]) -> None:
        from litellm.proxy._types import LiteLLM_VerificationTokenView as Row

        self._rows = {hashed(key): Row(token=hashed(key), key_name=f"sk-...{key[-4:]}", **row) for key, row in rows.items()}

    async def find_unique(self, where: dict[str, str], **_: Any) -> Any:
        return self._rows.get(where.get("token", ""))

    find_first = find_unique

    async def find_many(self, **_: Any) -> list[Any]:
        return list(self._rows.values())

    async def update(self, where: dict[str, str], data: dict[str, Any], **_: Any) -> Any:
        row = self._rows.get(where["token"])
        for name, value in data.items():
            if row is not None and name in type(row).model_fields and not isinstance(value, dict):
                setattr(row, name, value)
        return row


class Teams:
    """Every team that a key names exists."""

    async def find_unique(self, where: dict[str, str], **_: Any) -> Any:
        from litellm.proxy._types import LiteLLM_TeamTable

        return LiteLLM_TeamTable(team_id=where["team_id"], team_alias=where["team_id"].removeprefix("t-"))


class Empty:
    """Any other table: nothing is in it, whatever is asked."""

    def __getattr__(self, verb: str) -> AsyncMock:
        if verb == "count":
            return AsyncMock(return_value=0)
        return AsyncMock(return_value=[] if verb in ("find_many", "group_by") else None)


class Database:
    def __init__(self, keys: Keys) -> None:
        self.litellm_verificationtoken = keys
        self.litellm_teamtable = Teams()

    def __getattr__(self, name: str) -> Any:
        return AsyncMock(return_value=[]) if name in ("query_raw", "execute_raw", "query_first") else Empty()


def client(keys: Keys) -> MagicMock:
    """What the proxy holds as its `prisma_client`."""
    made = MagicMock(name="prisma_client")
    made.db = made.writer_db = made.reader_db = Database(keys)

    async def get_data(token: Any = None, **_: Any) -> Any:
        row = await keys.find_unique({"token": hashed(token)}) if isinstance(token, str) else None
        return row.model_copy() if row is not None else None

    made.get_data, made.hash_token, made.jsonify_object = get_data, hashed, lambda data: data
    for verb in ("insert_data", "update_data", "delete_data", "health_check", "connect", "disconnect", "check_view_exists"):
        setattr(made, verb, AsyncMock(return_value=None))
    return made


def serve_keys() -> None:
    """Once the proxy answers (it sets its own client while starting), give it the table and say that it is ready."""
    import litellm.proxy.proxy_server as proxy

    while True:
        try:
            urllib.request.urlopen(f"{URL}/health/liveliness", timeout=2).read()
            break
        except OSError:
            time.sleep(0.2)
    proxy.prisma_client = client(Keys(json.loads(os.environ["SENTINEL_TEST_KEYS"])))
    with open(READY, "a") as file:
        file.write(f"{os.getpid()}\n")


threading.Thread(target=serve_keys, daemon=True).start()
