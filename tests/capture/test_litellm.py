"""The callback without its proxy; with a real one: tests/integration/test_capture_litellm.py."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.capture import litellm
from sentinel.capture.litellm import RotatingFile, Writer, encode, record
from sentinel.config import yaml
from sentinel.formats import load

SAMPLE = Path(__file__).parents[1] / "formats" / "samples" / "litellm" / "proxy.log"
MB = 1024 * 1024


def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "did not come to hold"
        time.sleep(0.01)


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True) if path.exists() else []


def family(path: Path) -> list[bytes]:
    """The lines of the file and of all it was rotated to."""
    return [line for member in path.parent.glob(f"{path.name}*") if member.suffix != ".lock" for line in lines(member)]


@contextmanager
def hanging(path: Path) -> Iterator[None]:
    """The file as on a disk that hangs: whoever would write waits in the kernel."""
    with Path(f"{path}.lock").open("a") as lock:
        flock(lock, LOCK_EX)
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log" / "litellm.jsonl"


# What is written of a payload


def test_sentinel_sees_in_a_line_what_it_sees_in_the_whole_payload() -> None:
    format, sizes = load()["litellm"], [0, 0]
    for whole in SAMPLE.read_bytes().splitlines():
        try:
            payload = json.loads(whole)
        except ValueError:
            continue
        line = encode(record(payload))
        sizes = [sizes[0] + len(whole), sizes[1] + len(line)]
        (of_whole,), (of_line,) = format.decode(whole), format.decode(line.strip())
        flaw = {"sentinel.line.flaws"}  # of the whole line, which the callback does not have
        assert {k: v for k, v in of_line.fields.items() if k not in flaw} == {k: v for k, v in of_whole.fields.items() if k not in flaw}
        assert of_line.at == of_whole.at
    assert 0 < sizes[1] < sizes[0] / 4


def paths(mapping: Any) -> Iterator[str]:
    """Every path of the record that a format's mapping reads."""
    match mapping:
        case str():
            yield mapping
        case list():
            for one in mapping:
                yield from paths(one)
        case dict():
            yield from (path for key in ("from", "since") if key in mapping for path in paths(mapping[key]))


def test_every_path_that_the_format_reads_is_kept() -> None:
    """Who teaches the format a new path adds it to `_FIELDS`, `_METADATA` or `_HEADERS` here."""
    mapping = yaml.load(Path(sys.modules["sentinel.formats"].__file__ or "").parent / "litellm.yaml")[0]["json"]
    read = {path for reading in (mapping["time"], *mapping["fields"].values(), *mapping["collect"].values())
            for path in paths(reading)} - {'["sentinel.capture.dropped"]'}  # of no payload
    assert len(read) > 30
    lost = []
    for path in read:
        # The first item of a list stands for all.
        parts = [part for step in path.split(".") for part in step.replace("]", "").split("[")]
        payload: Any = "a" * 64
        for part in reversed(parts):
            payload = [payload] if part == "0" else {part: payload}
        kept: Any = record(payload)
        for part in parts:
            kept = kept[0] if part == "0" and kept else kept.get(part) if isinstance(kept, dict) else None
        if kept != "a" * 64:
            lost.append(path)
    assert lost == []


def test_a_key_is_never_written_but_hashed() -> None:
    key = "b3BzIHVzZXI6cHc="
    text = encode(record({
        "metadata": {
            "user_api_key_hash": key, "user_api_key": key, "requester_metadata": {"headers": {"authorization": key}},
            "requester_custom_headers": {"x-api-key": key, "x-token": key, "x-request-id": "r-1"},
        },
        "hidden_params": {"api_key": key}, "api_key": key, "error_information": {"traceback": key, "error_code": "401"},
    })).decode()
    assert key not in text
    assert json.loads(text) == {"error_information": {"error_code": "401"}, "metadata": {
        "requester_custom_headers": {"x-request-id": "r-1"},
        "user_api_key_hash": hashlib.sha256(key.encode()).hexdigest()}}


def test_a_hash_stays_as_it_is() -> None:
    assert record({"metadata": {"user_api_key_hash": "0f" * 32}})["metadata"]["user_api_key_hash"] == "0f" * 32
    assert record({"metadata": {"user_api_key_hash": "0F" * 32}})["metadata"]["user_api_key_hash"] != "0F" * 32


def test_embeddings_lose_their_numbers_only() -> None:
    response = {"model": "e", "data": [{"index": 0, "embedding": [0.1] * 1536}, "odd"], "usage": {"prompt_tokens": 3}}
    assert record({"response": response})["response"] == {"model": "e", "data": [{"index": 0}, "odd"], "usage": {"prompt_tokens": 3}}
    assert record({"response": "text"})["response"] == "text"


# One line, whatever the values are


class Odd:
    def __str__(self) -> str:
        return "odd\nthing"


class Model:
    def model_dump(self) -> dict[str, Any]:
        return {"content": "hello", "score": float("inf")}


CIRCLE: dict[str, Any] = {"name": "circle"}
CIRCLE["self"] = [CIRCLE]
DEEP: list[Any] = []
for _ in range(100_000):
    DEEP = [DEEP]


@pytest.mark.parametrize(("value", "written"), [
    (float("nan"), "nan"), ([1.5, float("-inf")], [1.5, "-inf"]), (Odd(), "odd\nthing"),
    (Model(), {"content": "hello", "score": "inf"}), ({(1, 2): "x", None: float("nan")}, {"(1, 2)": "x", "None": "nan"}),
    ({"a": {3}}, {"a": "{3}"}), (b"\xff", "b'\\xff'"), ("\ud800\u2028\n", "\ud800\u2028\n"),
    (CIRCLE, {"name": "circle", "self": ["..."]}),
])
def test_a_value_that_json_has_no_word_for_becomes_text(value: Any, written: Any) -> None:
    line = encode({"value": value})
    assert line.count(b"\n") == 1 and line.isascii()
    assert json.loads(line)["value"] == written


def test_what_is_nested_without_end_is_cut() -> None:
    assert encode({"value": DEEP}).count(b"[") < 100


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.builds(Odd),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text() | st.integers() | st.tuples(st.text()), inner, max_size=5),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), VALUES, max_size=5))
def test_any_value_becomes_one_line_of_strict_json(value: dict[str, Any]) -> None:
    line = encode(value)
    assert line.endswith(b"\n") and line.count(b"\n") == 1

    def refused(word: str) -> None:
        raise AssertionError(word)

    assert json.loads(line, parse_constant=refused).keys() == value.keys()


# The file


def test_a_file_is_rotated_and_the_oldest_go(path: Path) -> None:
    file = RotatingFile(path, size_bytes=40, keep=2)
    file.append(b"line %03d of 16 b\n" % n for n in range(10))  # 17 bytes: two fit
    assert [[line[5:8] for line in lines(Path(f"{path}{end}"))] for end in (".2", ".1", "")] == [
        [b"004", b"005"], [b"006", b"007"], [b"008", b"009"]]
    assert not Path(f"{path}.3").exists()


def test_a_line_longer_than_a_file_has_one_of_its_own(path: Path) -> None:
    RotatingFile(path, size_bytes=10, keep=5).append([b"a" * 50 + b"\n", b"b" * 50 + b"\n", b"c\n"])
    assert [len(line) for end in (".2", ".1", "") for line in lines(Path(f"{path}{end}"))] == [51, 51, 2]


def test_owner_writes_group_reads_others_nothing(path: Path) -> None:
    old = os.umask(0o077)
    try:
        RotatingFile(path, MB, 1).append([b"x\n"])
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o640
    assert path.parent.stat().st_mode & 0o027 == 0
    path.chmod(0o600)
    RotatingFile(path, MB, 1).append([b"y\n"])
    assert path.stat().st_mode & 0o777 == 0o600, "who narrows it meant it"


def test_a_symbolic_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        RotatingFile(path, MB, 1).append([b"x\n"])
    assert not (tmp_path / "elsewhere").exists()


def test_half_a_line_stays_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'whole\n{"half": ')
    RotatingFile(path, MB, 1).append([b"next\n", b"last\n"])
    assert path.read_bytes() == b'whole\n{"half": \nnext\nlast\n'


def test_moved_away_by_logrotate_a_new_one_is_begun(path: Path) -> None:
    file = RotatingFile(path, MB, 1)
    file.append([b"one\n"])
    path.rename(f"{path}-20261124")
    file.append([b"two\n"])
    assert path.read_bytes() == b"two\n"


# Says each line's number once it is written, so that a test knows what a killed process had done.
_WRITER = """
import sys
from pathlib import Path
from sentinel.capture.litellm import RotatingFile
path, name, count, size = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
file = RotatingFile(path, size, 300)
def numbered():
    for n in range(count):
        yield f"{name} {n} {'x' * (n * 7919 % 3000)} end\\n".encode()
        print(n, flush=True)
source = numbered()
for n in range(0, count, 10):
    file.append(line for _, line in zip(range(10), source))
"""


def writer(path: Path, name: str, count: int, size: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _WRITER, path, name, str(count), str(size)], stdout=subprocess.PIPE)


def test_several_processes_write_and_rotate_and_no_line_is_lost_or_torn(path: Path) -> None:
    running = [writer(path, name, 600, 50_000) for name in ("a", "b", "c")]
    assert [process.communicate(timeout=60) and process.returncode for process in running] == [0, 0, 0]
    found = sorted(tuple(line.split()[:2]) for line in family(path) if line.endswith(b" end\n"))
    assert found == sorted((name, b"%d" % n) for name in (b"a", b"b", b"c") for n in range(600))
    assert len(list(path.parent.glob("*.jsonl.*"))) > 30


def test_killed_in_the_middle_nothing_that_was_written_is_lost_and_nobody_waits(path: Path) -> None:
    done: set[tuple[bytes, bytes]] = set()
    for turn in range(10):
        process = writer(path, f"w{turn}", 100_000, 50_000)
        assert process.stdout
        with process.stdout:
            said = [process.stdout.readline() for _ in range(20 + turn)]
            process.kill()
            # Not `communicate`: it passes over what `readline` has buffered, and would begin within a line.
            said += process.stdout.readlines()
        process.wait(timeout=10)
        done |= {(b"w%d" % turn, line.strip()) for line in said if line.endswith(b"\n")}
    RotatingFile(path, MB, 5).append([b"after 0 end\n"])
    found = [tuple(line.split()[:2]) for line in family(path) if line.endswith(b" end\n")]
    assert len(found) == len(set(found))
    assert done <= set(found) and (b"after", b"0") in found


def test_a_full_disk_halves_a_line_which_is_written_again_whole(path: Path, tmp_path: Path) -> None:
    (tmp_path / "full.py").write_text(f"""
import resource, signal, time
from pathlib import Path
from sentinel.capture.litellm import RotatingFile, Writer
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (250, resource.RLIM_INFINITY))
writer = Writer(RotatingFile(Path({str(path)!r}), 10**6, 1), 10**6)
for n in range(9):
    writer.put(b'%d' % n * 99 + b"\\n")
time.sleep(0.8)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
writer.close()
time.sleep(0.3)  # what is well again is said after the last line is out of the queue
""")
    ran = subprocess.run([sys.executable, tmp_path / "full.py"], capture_output=True, text=True, timeout=30)
    assert ran.returncode == 0 and ran.stderr.count("cannot be written") == 1 and "is written again" in ran.stderr
    whole = [line for line in lines(path) if len(line) == 100]
    assert whole == [b"%d" % n * 99 + b"\n" for n in range(9)]
    assert [line for line in lines(path) if len(line) != 100] == [b"2" * 50 + b"\n"]


# The queue


def test_lines_are_written_in_order(path: Path) -> None:
    writer = Writer(RotatingFile(path, MB, 1), MB)
    for n in range(500):
        writer.put(b"%d\n" % n)
    writer.close()
    assert lines(path) == [b"%d\n" % n for n in range(500)]


def test_a_hanging_disk_holds_nobody_up_and_what_is_dropped_is_counted(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.mkdir()
    writer = Writer(RotatingFile(path, MB, 1), room_bytes=1000)
    with hanging(path):
        slowest = 0.0
        for n in range(300):
            begun = time.monotonic()
            writer.put(b"x" * 99 + b"\n", at=1000.0 + n)
            slowest = max(slowest, time.monotonic() - begun)
        assert slowest < 0.5
        assert [r.message.split(":")[0] for r in caplog.records] == [str(path)]
    until(lambda: len(lines(path)) == 11)
    assert lines(path)[:10] == [b"x" * 99 + b"\n"] * 10
    assert json.loads(lines(path)[10]) == {"sentinel.capture.dropped": 290, "startTime": 1010.0}
    writer.put(b"after\n")
    writer.close()
    assert lines(path)[11:] == [b"after\n"]


def test_a_folder_that_cannot_be_written_is_said_once_and_waited_for(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.write_text("a file is in the way")
    writer = Writer(RotatingFile(path, MB, 1), MB)
    for n in range(5):
        writer.put(b"%d\n" % n)
        time.sleep(0.3)
    assert [r.message for r in caplog.records] == [
        f"{path}: cannot be written: [Errno 17] File exists: '{path.parent}'. Calls wait in memory, up to 1 MB, and are dropped "
        "and counted beyond."]
    path.parent.unlink()
    until(lambda: len(lines(path)) == 5)
    until(lambda: [r.message for r in caplog.records][1:] == [f"{path}: is written again"])
    assert lines(path) == [b"%d\n" % n for n in range(5)]


def test_the_end_waits_two_seconds_and_no_more(path: Path) -> None:
    path.parent.mkdir()
    writer = Writer(RotatingFile(path, MB, 1), MB)
    with hanging(path):
        writer.put(b"x\n")
        begun = time.monotonic()
        writer.close()
        writer.put(b"what LiteLLM hands over later does not begin to wait again\n")
        assert 1.9 < time.monotonic() - begun < 3
    until(lambda: len(lines(path)) == 2)


def test_what_comes_while_python_exits_is_written(path: Path) -> None:
    """LiteLLM's own queue of callbacks is emptied after ours: handlers of the exit run last one first."""
    code = f"""
import atexit
from pathlib import Path
from sentinel.capture.litellm import RotatingFile, Writer
writer = Writer(RotatingFile(Path({str(path)!r}), 10**6, 1), 10**6)
atexit.register(lambda: [writer.put(b"late %d\\n" % n) for n in range(50)])
atexit.register(writer.close)
writer.put(b"early\\n")
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
    assert lines(path) == [b"early\n", *(b"late %d\n" % n for n in range(50))]


def test_a_forked_worker_writes_its_own_lines_and_not_its_parents(path: Path) -> None:
    code = f"""
import os
from fcntl import LOCK_EX, flock
from pathlib import Path
from sentinel.capture.litellm import RotatingFile, Writer
path = Path({str(path)!r})
path.parent.mkdir()
writer = Writer(RotatingFile(path, 10**6, 1), 10**6)
lock = open(f"{{path}}.lock", "a")
flock(lock, LOCK_EX)
writer.put(b"parent\\n")
child = os.fork()
if not child:
    os.close(lock.fileno())
    writer.put(b"child\\n")
    writer.close()
    os._exit(0)
lock.close()
os.waitpid(child, 0)
writer.close()
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
    assert sorted(lines(path)) == [b"child\n", b"parent\n"]


# What LiteLLM calls


class Unspeakable:
    def __str__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize("call", [
    {}, {"standard_logging_object": None}, {"standard_logging_object": {"messages": Unspeakable(), "startTime": 7.5}}, None,
])
def test_no_call_makes_an_error_in_the_proxy_and_each_is_counted(call: Any, path: Path) -> None:
    writer = Writer(RotatingFile(path, MB, 1), MB)
    litellm._take(writer, call)
    litellm._take(writer, {"standard_logging_object": {"id": "good"}})
    writer.close()
    assert sorted(json.loads(line).get("sentinel.capture.dropped", 0) for line in lines(path)) == [0, 1]


@pytest.mark.parametrize(("given_", "taken"), [("7", 7), ("", 5), ("0", 5), ("-1", 5), ("1e3", 5), ("ten", 5), ("\u0667", 7)])
def test_a_wrong_setting_is_said_and_the_default_taken(given_: str, taken: int, monkeypatch: pytest.MonkeyPatch,
                                                       caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("SENTINEL_CAPTURE_KEEP", given_)
    assert litellm._setting("SENTINEL_CAPTURE_KEEP", 5) == taken
    assert ("SENTINEL_CAPTURE_KEEP" in caplog.text) == (taken == 5 and given_ != "")


def test_it_imports_nothing_but_python_and_has_no_other_names() -> None:
    code = "import sys, sentinel.capture.litellm as m; print(*sorted({n.split('.')[0] for n in sys.modules} - sys.stdlib_module_names))"
    ran = subprocess.run([sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r}); {code}"],
                         capture_output=True, text=True, check=True)
    assert set(ran.stdout.split()) <= {"sentinel", "__main__"}
    with pytest.raises(AttributeError, match="no attribute 'loq'"):
        litellm.loq  # noqa: B018


