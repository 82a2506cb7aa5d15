"""What an event costs, on one core, with the shipped rules and the journal on disk.

    python -m benchmarks [access] [gateway] [memory] [latency] [idle] [engine] [detectors] [--quick]

Throughput is per CPU second of the process and as a ratio to a bare reference measured in the same run: decode of the
same fields, one scan, one batched SQLite insert of what is kept. Absolute times say something about this machine only.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import inputs
from benchmarks.apart import ROOT, apart, write
from benchmarks.detectors.speed import detectors
from benchmarks.engine import engine
from sentinel.assembly import assemble
from sentinel.clock import SECOND, SystemClock
from sentinel.detectors import load as load_detectors
from sentinel.evidence.redact import Redactor
from sentinel.evidence.seal import Seal
from sentinel.inspector import Inspector
from sentinel.journal import events
from sentinel.journal.database import Journal
from sentinel.journal.state import State
from sentinel.pipeline import Pipeline, Stages
from sentinel.playbooks.plan import Planner
from sentinel.records.event import Event
from sentinel.records.line import File
from sentinel.rules.match.ruleset import RuleSet
from sentinel.scan import text_of
from sentinel.sources.reader import Reader
from sentinel.telemetry import Metrics

SHIPPED = (ROOT / "rules",)
ONE = (ROOT / "rules" / "access" / "scanner_probe.yml",)
FIFTY = (ROOT / "rules" / "access", ROOT / "benchmarks" / "rules")
STAGES = {
    "read": "sources/", "decode": "formats/", "scan": "scan.py", "detect": "detectors/", "rules": "rules/",
    "redact": "evidence/", "incidents, runs": ("incidents/", "playbooks/"), "commit": "journal/", "pipeline": "pipeline.py",
}


def prepare(folder: Path, log: Path, form: str, rules: Sequence[Path]) -> tuple[Pipeline, Journal, Stages]:
    """A pipeline as the daemon makes it, over one log."""
    config = folder / "sentinel.yaml"
    config.write_text(f"journal: journal.db\nhost: bench\nsources: [{{name: log, paths: [{log}], format: {form}}}]\n"
                      f"rules: [{', '.join(map(str, rules))}]\nplaybooks: {{paths: [{ROOT / 'playbooks'}]}}\n")
    parts = assemble(config)
    assert not (parts.mistakes or parts.broken), [*parts.mistakes, *parts.broken]
    journal = Journal(parts.config.journal)
    state, redactor = State(journal), Redactor(b"k" * 32)
    stages = Stages(parts.formats, load_detectors(redactor.pseudonym), RuleSet(parts.rules, state.section), redactor,
                    Planner(parts.playbooks, "observe"), Seal(b"k" * 32), 3600 * SECOND)
    reader = Reader(parts.config.sources, [], "bench", SystemClock())
    return Pipeline(reader, stages, journal, state, SystemClock(), Metrics()), journal, stages


def whole(folder: Path, log: Path, form: str, rules: Sequence[Path]) -> float:
    """CPU seconds of the pipeline over the log."""
    pipeline, journal, _ = prepare(folder, log, form, rules)
    began = time.process_time()
    while pipeline.turn() is not None:
        pass
    taken = time.process_time() - began
    journal.close()
    return taken


def reference(folder: Path, log: Path, form: str, rules: Sequence[Path]) -> float:
    """CPU seconds of the least that any such program must do."""
    _, journal, stages = prepare(folder, log, form, rules)
    scan = Inspector(stages.detectors, stages.rules, State(journal).section)._scan
    decode, file = stages.formats["log"].decode, File("0" * 16, "log", str(log))
    began = time.process_time()
    offset, batch = 0, []
    with log.open("rb") as lines:
        for line in lines:
            (record,) = decode(line)
            scan.hits(text_of(record.fields))
            batch.append((Event(file, offset, record.at, "llm", record.fields), record.fields))
            offset += len(line)
            if len(batch) == 2000:
                insert(journal, batch)
                batch = []
    insert(journal, batch)
    taken = time.process_time() - began
    journal.close()
    return taken


def insert(journal: Journal, batch: list[Any]) -> None:
    with journal.write() as db:
        events.put(db, batch)


def throughput(title: str, log: Path, form: str, rules: Sequence[Path], count: int, aim: int, runs: int) -> None:
    """The two in turn, so that a machine whose speed drifts is fair to both."""
    rates, ratios = [], []
    for _ in range(runs):
        ours, peak = apart(whole, log, form, rules)
        bare, _ = apart(reference, log, form, rules)
        rates.append(count / ours)
        ratios.append(bare / ours)
    print(f"{title}: {statistics.median(rates):,.0f} per CPU second (aim {aim:,}), {statistics.median(ratios):.2f} of the bare "
          f"reference (aim 0.50), peak {peak:.0f} MB, {log.stat().st_size / count:,.0f} bytes each")
    apart(profile, log, form, rules)


def profile(folder: Path, log: Path, form: str, rules: Sequence[Path]) -> None:
    pipeline, journal, _ = prepare(folder, log, form, rules)
    profiler = cProfile.Profile()
    profiler.enable()
    while pipeline.turn() is not None:
        pass
    profiler.disable()
    table: dict[str, float] = dict.fromkeys([*STAGES, "libraries"], 0.0)
    for (file, _, _name), (_, _, own, _, callers) in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]
        table[_stage(file) or _caller(callers) or "libraries"] += own
    total = sum(table.values())
    print("  " + "  ".join(f"{stage} {own / total:.0%}" for stage, own in table.items()) + "  (shares under the profiler)")
    journal.close()


def _stage(file: str) -> str:
    if "/sentinel/" not in file:
        return ""
    inside = file.split("/sentinel/", 1)[1]
    return next((stage for stage, parts in STAGES.items()
                 if any(part in inside for part in ([parts] if isinstance(parts, str) else parts))), "")


def _caller(callers: dict[tuple[str, int, str], Any]) -> str:
    """Built-ins and libraries count for the stage that called them most."""
    by_time = sorted(callers.items(), key=lambda item: -item[1][2])
    return next((stage for (file, _, _), _ in by_time if (stage := _stage(file))), "")


def access(quick: bool) -> None:
    count = 50_000 if quick else 200_000
    with tempfile.TemporaryDirectory() as folder:
        log = write(Path(folder), "access.log", inputs.access_lines(count))
        for title, rules, aim in (("one rule", ONE, 40_000), ("fifty rules", FIFTY, 20_000), ("the shipped rules", SHIPPED, 20_000)):
            throughput(f"access lines, 1 % attack, {title}", log, "nginx", rules, count, aim, 3 if quick else 5)


def gateway(quick: bool) -> None:
    count = 4_000 if quick else 20_000
    with tempfile.TemporaryDirectory() as folder:
        log = write(Path(folder), "litellm.jsonl", inputs.gateway_records(count, apart(clean_records)[0]))
        throughput("LiteLLM records, 1 % attack", log, "litellm", SHIPPED, count, 4_000, 3 if quick else 5)


def clean_records(folder: Path) -> list[dict[str, Any]]:
    """The captured records in which no rule and no detector sees anything."""
    _, journal, stages = prepare(folder, inputs.CAPTURE, "litellm", SHIPPED)
    inspector = Inspector(stages.detectors, stages.rules, State(journal).section)

    def clean(line: bytes) -> bool:
        (record,) = stages.formats["log"].decode(line)
        if record.fields.get("event.outcome") != "success":
            return False
        event = Event(File("0" * 16, "log", ""), 0, record.at, "llm", record.fields)
        return inspector.inspect(event, _raise) == ([], [])

    return inputs.captured(clean)


def _raise(extension: str, error: Exception) -> None:
    raise error


def memory(quick: bool) -> None:
    count, addresses = (100_000, 10_000) if quick else (1_000_000, 100_000)
    with tempfile.TemporaryDirectory() as folder:
        log = write(Path(folder), "access.log", inputs.access_lines(count, addresses=addresses))
        taken, peak = apart(whole, log, "nginx", SHIPPED)
        print(f"memory: peak {peak:.0f} MB after {count:,} events of {addresses:,} principals (aim 150), "
              f"{count / taken:,.0f} per CPU second")


def latency(quick: bool) -> None:
    """Line written -> its event and alert committed, the daemon as a process of its own, the host idle."""
    waits = []
    with tempfile.TemporaryDirectory(dir=ROOT) as name:
        folder = Path(name)
        log = write(folder, "access.log", [])
        config = folder / "sentinel.yaml"
        config.write_text(f"journal: journal.db\nsources: [{{name: log, paths: [{log}], format: nginx}}]\nrules: [{ROOT / 'rules'}]\n")
        with subprocess.Popen([Path(sys.executable).parent / "sentinel", "run", "-c", config], stderr=subprocess.DEVNULL) as daemon:
            while not (folder / "journal.db").exists():
                time.sleep(0.1)
            time.sleep(3)
            journal = Journal(folder / "journal.db", readonly=True)
            lines = inputs.access_lines(60 if quick else 300, attacks=0.5)
            for seq, line in enumerate(lines, 1):
                with log.open("ab") as file:
                    file.write(line)
                began = time.perf_counter()
                while events.last_seq(journal) < seq:
                    time.sleep(0.001)
                waits.append(time.perf_counter() - began)
                threading.Event().wait(0.02)
            daemon.terminate()
    waits.sort()
    print(f"latency: line written -> committed p50 {waits[len(waits) // 2]:.3f} s (aim 0.1), "
          f"p95 {waits[len(waits) * 95 // 100]:.3f} s (aim 0.3)")


def idle(quick: bool) -> None:
    """Share of a core that the daemon takes while nobody writes to the files that it follows."""
    count, seconds = (500, 10) if quick else (5_000, 60)
    with tempfile.TemporaryDirectory(dir=ROOT) as name:
        folder = Path(name)
        for number, line in enumerate(inputs.access_lines(count)):
            write(folder, f"{number}.log", [line])
        config = folder / "sentinel.yaml"
        config.write_text(f"journal: journal.db\nsources: [{{name: log, paths: [{folder}/*.log], format: nginx}}]\n")
        with subprocess.Popen([Path(sys.executable).parent / "sentinel", "run", "-c", config], stderr=subprocess.DEVNULL) as daemon:
            while not (folder / "journal.db").exists():
                time.sleep(0.1)
            time.sleep(3)
            journal = Journal(folder / "journal.db", readonly=True)
            while events.last_seq(journal) < count:
                time.sleep(0.1)
            time.sleep(3)
            before = _cpu_seconds(daemon.pid)
            time.sleep(seconds)
            share = (_cpu_seconds(daemon.pid) - before) / seconds
            daemon.terminate()
    print(f"idle: {count:,} files that nobody writes to take {share:.2%} of a core (aim 1 %)")


def _cpu_seconds(pid: int) -> float:
    """Of a process, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(arguments: list[str]) -> None:
    wanted = [word for word in arguments if not word.startswith("-")]
    for part in (access, gateway, memory, latency, idle, engine, detectors):
        if not wanted or part.__name__ in wanted:
            part("--quick" in arguments)
