"""All that `sentinel doctor` finds out. In: a config, or none, and the host. Out: a `Report`. Changes nothing, asks nobody."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from sentinel import detectors, formats
from sentinel.assembly import Parts, assemble
from sentinel.config.model import SourceConfig
from sentinel.detectors._base import Detector
from sentinel.doctor import sources
from sentinel.doctor.host import Container, Host, Process
from sentinel.doctor.programs import Advice, Program, load
from sentinel.doctor.sources import Look
from sentinel.formats._lines.choice import AUTO
from sentinel.pipeline import FIELDS
from sentinel.rules.author.blind import Blind, blind
from sentinel.rules.rule import only_heard


class Log(Struct):
    """A log that was found. read_by: names of the sources that read it."""

    path: str
    read_by: list[str]
    readable: bool


class Found(Struct):
    """A program of this host. pids, ports, units: where it runs; empty: only its logs are there. sources: those of its format."""

    program: str
    about: str
    kind: str
    format: str
    pids: list[int] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    logs: list[Log] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    @property
    def silent(self) -> bool:
        """It runs, and neither a log of it was found nor does a source read its format."""
        return bool(self.pids) and not self.logs and not self.sources

    @property
    def unread(self) -> list[Log]:
        """Its logs, when no source reads any of them."""
        return self.logs if not any(log.read_by for log in self.logs) else []


class Todo(Struct):
    """One change that is worth it. source: the one that lacks something, or empty. enables: titles of rules that lack what it gives."""

    program: str
    source: str
    advice: Advice
    gives: list[str]
    enables: list[str]


class Report(Struct):
    """Attributes:
        config: its path, or empty. found: programs. looks: the config's sources; without a config, the logs that were found.
        rules: how many there are. blind: those that cannot fire. todo: the change that enables most first.
        unseen: what could not be looked at.
    """

    config: str
    found: list[Found]
    looks: list[Look]
    rules: int = 0
    blind: list[Blind] = field(default_factory=list)
    todo: list[Todo] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """1 when a log is read by nobody or not to be found, a rule cannot fire, or there is something to change."""
        return 1 if self.blind or self.todo or any(one.unread or one.silent for one in self.found) else 0


def examine(config: Path | None, host: Host) -> Report:
    """Raises: ConfigError: the config itself is wrong."""
    programs = load()
    parts = assemble(config) if config else None
    looks = [sources.look(source, parts.formats[source.name]) for source in parts.config.sources
             if source.name in parts.formats] if parts else []
    found = _found(host, programs, looks)
    if parts is None:
        looks = _without_config(found, host)
    report = Report(str(config or ""), found, looks, unseen=host.blind)
    if parts is not None:
        _judge(report, parts)
    report.todo = list(_todo(report, programs))
    return report


def _judge(report: Report, parts: Parts) -> None:
    asked = detectors.load()
    has = sources.fields(report.looks, asked, FIELDS)
    # A rule that only correlations listen to is told with them.
    heard = only_heard(parts.rules)
    report.rules = sum(rule.info.id not in heard for rule in parts.rules)
    report.blind = [replace(one, lacks=_of_logs_alone(one.lacks, asked, set[str]().union(*has.values())))
                    for one in blind(parts.rules, has) if one.rule.id not in heard]


def _of_logs_alone(lacks: Iterable[str], asked: Sequence[Detector], has: Collection[str]) -> tuple[str, ...]:
    """With what a detector would say replaced by what it would have to read."""
    found: set[str] = set()
    for name in lacks:
        detector = next((one for one in asked if name in one.fields), None)
        found |= (sources.wanting(detector, name, has) if detector else frozenset()) or {name}
    return tuple(sorted(found))


# What is on the host

def _found(host: Host, programs: Mapping[str, Program], looks: Sequence[Look]) -> list[Found]:
    processes, units, containers = host.processes(), host.units(), host.containers()
    made = [_one(name, program, host, processes, units, containers, looks) for name, program in programs.items()]
    return [one for one in made if one.pids or one.logs or one.units]


def _one(name: str, program: Program, host: Host, processes: Sequence[Process], units: Mapping[str, str],
         containers: Sequence[Container], looks: Sequence[Look]) -> Found:
    running = [process for process in processes if process.words & set(program.processes)]
    logs = [path for pattern in program.logs for path in host.files(pattern)]
    logs += [one.log for one in containers if any(part in one.image or part in one.name for part in program.images)]
    return Found(
        name, program.about, program.kind, program.format, [process.pid for process in running],
        sorted({port for process in running for port in process.ports}),
        [unit for unit, command in units.items() if _starts(command, program)],
        [Log(path, sources.reads(looks, host.real(path)), os.access(host.real(path), os.R_OK)) for path in dict.fromkeys(logs)],
        # What is no file may be anything that `auto` knows.
        [look.source for look in looks if look.format in (program.format, AUTO)])


def _starts(command: str, program: Program) -> bool:
    return any(Path(word).name in program.processes for word in command.split()[:4])


def _without_config(found: Iterable[Found], host: Host) -> list[Look]:
    """Without a config: the newest log of each program, as its format reads it."""
    known = formats.load()
    return [sources.look(SourceConfig(name=one.program, paths=[str(host.real(log.path)) for log in one.logs], format=one.format), known[one.format])
            for one in found if one.logs and one.format in known]


# What to change

def _todo(report: Report, programs: Mapping[str, Program]) -> Iterable[Todo]:
    by_format = {program.format: name for name, program in programs.items()}
    made = [todo for one in report.looks if one.format in by_format
            for todo in _of_source(one, by_format[one.format], programs[by_format[one.format]], report)]
    made += [Todo(one.program, "", advice, advice.gives, [])
             for one in report.found if one.silent for advice in programs[one.program].advice[:1]]
    return sorted(made, key=lambda todo: (-len(todo.enables), todo.program))


def _of_source(one: Look, name: str, program: Program, report: Report) -> Iterable[Todo]:
    has = set[str]().union(*one.has.values())
    for advice in program.advice:
        lacking = [wanted for wanted in advice.gives if wanted not in has]
        enables = [rule.rule.title for rule in report.blind if set(rule.lacks) & set(lacking) and rule.categories & one.has.keys()]
        # Without a config every gap is told; with one, those that keep a rule from firing.
        if (lacking and (enables or not report.config)) or (advice.when == "private-addresses" and one.private):
            yield Todo(name, one.source, advice, lacking, enables)
