"""Protected documents and canaries beside a running daemon: what is added counts at once, what is damaged stops nothing."""

from __future__ import annotations

import time
from pathlib import Path

from tests.faults.daemon import Daemon
from tests.records_litellm import line

HANDBOOK = " ".join(f"clause{n * n}" for n in range(300))
COPIED = " ".join(HANDBOOK.split()[100:180])


def overlaps(daemon: Daemon) -> list[object]:
    return [event.get("sentinel.completion.overlap.document") for event in daemon.rows("events", "list")]


def say(daemon: Daemon, number: int, answer: str) -> None:
    with (daemon.folder / "log.jsonl").open("ab") as log:
        log.write(line(number, answer=answer))
    daemon.caught_up()


def test_a_corpus_is_picked_up_and_a_damaged_one_left_out(tmp_path: Path) -> None:
    rules = [str(Path(__file__).parents[2] / "rules" / "llm" / f"{name}.yml") for name in ("protected_document_in_output", "canary_in_output")]
    daemon = Daemon(tmp_path, {"sources": [{"name": "g", "paths": ["log.jsonl"], "format": "litellm"}], "rules": rules})
    (tmp_path / "handbook.txt").write_text(HANDBOOK)
    (tmp_path / "log.jsonl").touch()
    daemon.start()
    say(daemon, 0, f"Before: {COPIED}")
    assert daemon.run("corpus", "add", "hr", str(tmp_path / "handbook.txt")).startswith("hr: 1 document(s) added")
    canary = daemon.run("corpus", "canary", "make", "bot").strip()
    time.sleep(2.5)
    say(daemon, 1, f"After: {COPIED}")
    say(daemon, 2, f"It is {canary.upper()}.")
    assert overlaps(daemon) == [None, str(tmp_path / "handbook.txt"), None]
    [incident] = daemon.rows("incidents", "list")
    assert incident["alerts"] == 2
    damaged = tmp_path / "state" / "corpus" / "hr.corpus"
    (tmp_path / "new").write_bytes(damaged.read_bytes()[:-7])
    (tmp_path / "new").replace(damaged)
    time.sleep(2.5)
    say(daemon, 3, f"Later: {COPIED}, {canary}")
    assert overlaps(daemon)[-1] is None and daemon.rows("events", "list")[-1]["sentinel.completion.canary"] == ["bot"]
    assert daemon.stop() == 0
