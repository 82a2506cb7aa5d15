"""A LiteLLM callback: every call of the proxy becomes a JSON line that the `litellm` format reads.

In: LiteLLM's StandardLoggingPayload, when a call has succeeded, failed or been refused, and once a stream has ended.
Out: lines in a file with rotation. One line in the proxy's config:

    litellm_settings: {callbacks: sentinel.capture.litellm.log}

This runs inside the proxy, so the proxy comes first. A call is put into a queue of bounded size and a thread writes it:
a slow, full, missing or hanging disk costs lines, which are counted and said in a line of their own, but never an answer.
It needs Python and LiteLLM alone and is one file, because LiteLLM also loads a callback by copy: from
`sentinel/capture/litellm.py` beside the proxy's config.

Environment (docs/capture.md): SENTINEL_CAPTURE_FILE, SENTINEL_CAPTURE_FILE_MB, SENTINEL_CAPTURE_KEEP, SENTINEL_CAPTURE_QUEUE_MB.
"""

from __future__ import annotations

import atexit
import errno
import hashlib
import json
import logging
import math
import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, flock
from functools import cache
from io import FileIO
from pathlib import Path
from typing import Any

logger = logging.getLogger("sentinel.capture")

_MB = 1024 * 1024
_RETRY_SECONDS, _CLOSE_SECONDS = 0.5, 2.0

# What sentinel reads, and what a person who looks at a line wants. The rest, above all the price table of the model, is
# five sixths of a payload. Names, not exceptions: what LiteLLM adds to its payload some day may be a credential.
_FIELDS = frozenset({
    "id", "litellm_call_id", "trace_id", "session_id", "call_type", "stream", "status", "custom_llm_provider",
    "startTime", "endTime", "completionStartTime", "model", "model_group", "model_id", "model_parameters", "api_base",
    "cache_hit", "prompt_tokens", "completion_tokens", "total_tokens", "response_cost", "end_user", "requester_ip_address",
    "user_agent", "messages", "response", "error_str", "guardrail_information",
})
_METADATA = frozenset({
    "user_api_key_alias", "user_api_key_user_id", "user_api_key_user_email", "user_api_key_team_id",
    "user_api_key_team_alias", "user_api_key_org_id", "user_api_key_end_user_id", "user_api_key_request_route",
    "requester_ip_address", "user_agent", "applied_guardrails", "mcp_tool_call_metadata", "vector_store_request_metadata",
})
_HEADERS = frozenset({"x-request-id", "x-correlation-id", "x-forwarded-for", "x-real-ip", "x-litellm-session-id",
                      "x-litellm-trace-id", "x-litellm-enable-message-redaction"})
_ERROR = frozenset({"error_code", "error_class", "error_message", "llm_provider"})  # not: traceback


def record(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What is written of a StandardLoggingPayload: under LiteLLM's own names, without what is null."""
    kept = _some(payload, _FIELDS)
    kept["metadata"] = _metadata(payload.get("metadata") or {})
    if isinstance(response := kept.get("response"), Mapping) and isinstance(items := response.get("data"), list):
        kept["response"] = {**response, "data": [_without_vector(item) for item in items]}
    if error := _some(payload.get("error_information") or {}, _ERROR):
        kept["error_information"] = error
    return kept


def _metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    kept = _some(metadata, _METADATA)
    if headers := _some(metadata.get("requester_custom_headers") or {}, _HEADERS):
        kept["requester_custom_headers"] = headers
    if key := metadata.get("user_api_key_hash"):
        kept["user_api_key_hash"] = _hashed(str(key))
    return kept


def _without_vector(item: Any) -> Any:
    """Of an embedding all but its numbers: thirty kilobytes each, in which nothing can be found."""
    return {name: value for name, value in item.items() if name != "embedding"} if isinstance(item, Mapping) else item


def _some(values: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in names and value is not None and value != ""}


def _hashed(key: str) -> str:
    """LiteLLM's hash as it is. A key that is none of LiteLLM's it hands on in the clear, under the name of the hash."""
    is_hash = len(key) == 64 and not key.strip("0123456789abcdef")
    return key if is_hash else hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def encode(value: Mapping[str, Any]) -> bytes:
    """One line of JSON in ASCII, whatever the values are. Raises: what the `__str__` of a foreign value raises."""
    try:
        text = _JSON.encode(value)
    except (TypeError, ValueError, RecursionError):  # NaN, keys that are no text, circles, values nested too deep
        text = _JSON.encode(_tame(value, ()))
    return text.encode("ascii") + b"\n"


def _plain(value: Any) -> Any:
    dump = getattr(value, "model_dump", None)  # LiteLLM's own objects are pydantic models
    return dump() if callable(dump) else str(value)


_JSON = json.JSONEncoder(allow_nan=False, default=_plain, separators=(",", ":"))
_DEEPEST = 50


def _tame(value: Any, above: tuple[int, ...]) -> Any:
    """The value as JSON can hold it. `above`: ids of what it lies in, by which circles and depth are told."""
    if id(value) in above or len(above) > _DEEPEST:
        return "..."
    above = (*above, id(value))
    if isinstance(value, Mapping):
        return {str(key): _tame(inner, above) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_tame(inner, above) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    return _tame(_plain(value), above)


class RotatingFile:
    """Lines at the end of a file, from several processes, whole even after one of them was killed in the middle of one.

    A file that would grow beyond `size_bytes` is renamed: `x.jsonl` to `x.jsonl.1`, that to `x.jsonl.2`, at most `keep` of
    them. One process at a time writes or renames (`x.jsonl.lock`), and each opens the file anew, so nobody writes into a
    file that somebody, logrotate included, has moved away.
    """

    def __init__(self, path: Path, size_bytes: int, keep: int) -> None:
        self.path, self._size, self._keep = path, size_bytes, keep

    def append(self, lines: Iterable[bytes]) -> None:
        """Write the lines, each with one call. The next is asked for when the one before is in the file.

        Raises: OSError; the line that was asked for last is not, or not wholly, in the file then.
        """
        with self._alone():
            file = self._open()
            try:
                for line in lines:
                    if (size := os.fstat(file.fileno()).st_size) and size + len(line) > self._size:
                        file.close()
                        self._rotate()
                        file = self._open()
                    _write(file, line)
            finally:
                file.close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        with _opened(f"{self.path}.lock") as lock:
            flock(lock, LOCK_EX)  # let go when closed, also by kill -9
            yield

    def _open(self) -> FileIO:
        file = _opened(str(self.path))
        if not os.fstat(file.fileno()).st_size:
            with suppress(PermissionError):  # somebody else made it, and chose
                os.fchmod(file.fileno(), 0o640)  # sentinel reads as a member of the group, whatever the proxy's umask
        return file

    def _rotate(self) -> None:
        for number in range(self._keep, 1, -1):
            if (older := Path(f"{self.path}.{number - 1}")).exists():
                older.replace(f"{self.path}.{number}")
        self.path.replace(f"{self.path}.1")


def _opened(path: str) -> FileIO:
    """To read and append. Never through a symbolic link: the folder's other writers do not choose where prompts go."""
    return FileIO(path, "a+", opener=lambda name, flags: os.open(name, flags | os.O_NOFOLLOW, 0o640))


def _write(file: FileIO, line: bytes) -> None:
    end = os.fstat(file.fileno()).st_size
    if end and os.pread(file.fileno(), 1, end - 1) != b"\n":
        line = b"\n" + line  # half a line, by a full disk or kill -9: it stays alone, and this one stays whole
    if file.write(line) != len(line):
        raise OSError(errno.ENOSPC, "only a part of the line could be written")


class Writer:
    """Lines on their way to a file. `put` never waits for the disk: a thread writes, and what finds no room is counted."""

    def __init__(self, file: RotatingFile, room_bytes: int) -> None:
        self._file, self._room = file, room_bytes
        self._close_at: float | None = None
        self._begin()
        os.register_at_fork(after_in_child=self._begin)  # threads and held locks do not survive a fork

    def _begin(self) -> None:
        self._changed = threading.Condition()
        self._lines: deque[bytes] = deque()
        self._waiting_bytes = self._missed = 0
        self._missed_at: Any = None
        self._troubled = False
        self._thread: threading.Thread | None = None

    def put(self, line: bytes, at: Any = None) -> None:
        """Args: at: when the call began, seconds since 1970, in case the line is dropped."""
        with self._changed:
            self._start()
            if self._waiting_bytes + len(line) > self._room:
                self._miss(at)
            else:
                self._lines.append(line)
                self._waiting_bytes += len(line)
            self._changed.notify_all()
        self._wait_at_the_end()

    def miss(self, at: Any = None) -> None:
        """Count a call that could not be made a line."""
        with self._changed:
            self._miss(at)
            self._changed.notify_all()

    def close(self) -> None:
        """Wait until all is written, at most two seconds. A later `put` waits for what is left of them: LiteLLM hands over its
        last calls while Python exits.
        """
        self._close_at = time.monotonic() + _CLOSE_SECONDS
        self._wait_at_the_end()

    def _miss(self, at: Any) -> None:
        if not self._missed:
            self._missed_at = at
            logger.warning("%s: calls are not being recorded: the disk is behind, or a call could not be made a line. "
                           "How many is written to the file.", self._file.path)
        self._missed += 1

    def _start(self) -> None:
        if self._thread is None:
            thread = threading.Thread(target=self._run, name="sentinel-capture", daemon=True)
            thread.start()
            self._thread = thread

    def _wait_at_the_end(self) -> None:
        if self._close_at is not None:
            with self._changed:
                self._changed.wait_for(lambda: not (self._lines or self._missed), self._close_at - time.monotonic())

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._lines or self._missed)
            try:
                self._file.append(self._taken())
            except Exception as error:  # whatever it is, the thread must be there when the disk is
                self._trouble(error)
                time.sleep(_RETRY_SECONDS)
            else:
                self._well()

    def _taken(self) -> Iterator[bytes]:
        """What waits now, oldest first; a line leaves the queue when the next is asked for, so when it is written."""
        for _ in range(len(self._lines)):
            yield self._lines[0]
            with self._changed:
                self._waiting_bytes -= len(self._lines.popleft())
                self._changed.notify_all()
        if missed := self._missed:
            yield encode({"sentinel.capture.dropped": missed, "startTime": self._missed_at})
            with self._changed:
                self._missed -= missed
                self._changed.notify_all()

    def _trouble(self, error: Exception) -> None:
        if not self._troubled:
            self._troubled = True
            logger.warning("%s: cannot be written: %s. Calls wait in memory, up to %d MB, and are dropped and counted beyond.",
                           self._file.path, error, self._room // _MB)

    def _well(self) -> None:
        if self._troubled:
            self._troubled = False
            logger.warning("%s: is written again", self._file.path)


def _setting(name: str, default: int) -> int:
    """A whole number above 0 of the environment. A mistake must not stop the proxy: it is said, and the default is taken."""
    given = os.environ.get(name) or str(default)
    if given.isdecimal() and int(given):
        return int(given)
    logger.warning("%s=%r is no whole number above 0; %d is taken", name, given, default)
    return default


@cache
def _callback() -> Any:
    from litellm.integrations.custom_logger import CustomLogger

    file = RotatingFile(Path(os.environ.get("SENTINEL_CAPTURE_FILE") or "/var/log/litellm/litellm.jsonl"),
                        _setting("SENTINEL_CAPTURE_FILE_MB", 100) * _MB, _setting("SENTINEL_CAPTURE_KEEP", 10))
    writer = Writer(file, _setting("SENTINEL_CAPTURE_QUEUE_MB", 64) * _MB)
    atexit.register(writer.close)

    # A caller may write "no-log": true into a request, and LiteLLM then skips every callback but those with this word in
    # their class's name. Who is watched does not decide whether.
    class Sentinel_PROXY_Capture(CustomLogger):  # type: ignore[misc]
        # LiteLLM calls these by keyword: the names are its own.
        async def async_log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
            _take(writer, kwargs)

        async def async_log_failure_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
            _take(writer, kwargs)

    return Sentinel_PROXY_Capture()


def _take(writer: Writer, call: Mapping[str, Any]) -> None:
    # Made a line here, not in the thread: LiteLLM goes on to change the payload, and bytes are what can be counted.
    at = None
    try:
        payload = call["standard_logging_object"]
        at = payload.get("startTime")
        writer.put(encode(record(payload)), at)
    except Exception:
        writer.miss(at)


def __getattr__(name: str) -> Any:
    """`log`, made when LiteLLM asks for it: this file can be read where LiteLLM is not."""
    if name == "log":
        return _callback()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
