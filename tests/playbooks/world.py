"""A world for playbooks to act on: a service whose doors can be closed, and an incident with a run in the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from sentinel.actions._base import Action, Context, Failed, Outcome, Params, Service, Skipped, State
from sentinel.journal import incidents, runs
from sentinel.journal.database import Connection, Journal
from sentinel.playbooks.engine import Engine
from sentinel.playbooks.guard import Guard
from sentinel.records.incident import Incident
from sentinel.records.run import Run, Step
from tests import make

Hook = Callable[[], None]


class Killed(BaseException):
    """The process dies here. No wall may stop it."""


class Doors:
    """The service. closed: what is closed now. done, undone: every effect, in order. hooks: run at the named moment."""

    def __init__(self) -> None:
        self.closed: set[str] = set()
        self.done: list[str] = []
        self.undone: list[str] = []
        self.calls: list[str] = []
        self.shown: list[int] = []
        self.contexts: list[Context] = []
        self.hooks: dict[str, list[Exception | BaseException | Hook]] = {}

    def at(self, moment: str) -> None:
        self.calls.append(moment)
        waiting = self.hooks.get(moment)
        if waiting:
            what = waiting.pop(0)
            if isinstance(what, BaseException):
                raise what
            what()


class Settings(Service):
    pass


class Close(Action):
    """Closes one door, by a call that may be lost on either way."""

    name, service, Service = "door.close", "door", Settings
    reversible, idempotent, contains, scope = True, False, True, "one door"
    doors: Doors

    class With(Params):
        ip: str

    def target(self, given: With) -> tuple[str, str]:
        return "source.ip", given.ip

    def refuse(self, given: With) -> str:
        return "this door is our own" if given.ip == "192.0.2.250" else ""

    def check(self, given: With, context: Context) -> State:
        self.doors.at("check")
        self.doors.contexts.append(context)
        return {"closed": given.ip in self.doors.closed}

    def done(self, given: With, context: Context, state: State) -> bool:
        return bool(state["closed"])

    def do(self, given: With, context: Context) -> Outcome:
        self.doors.at("before")
        self.doors.closed.add(given.ip)
        self.doors.done.append(context.step)
        self.doors.at("after")
        return Outcome(True, f"{given.ip} closed", {"closed": True})

    def verify(self, given: With, context: Context) -> None:
        self.doors.at("verify")

    def undo(self, given: With, context: Context) -> Outcome:
        self.doors.at("undo")
        if given.ip not in self.doors.closed:
            return Outcome(False, "open already")
        self.doors.closed.discard(given.ip)
        self.doors.undone.append(context.step)
        self.doors.at("after undo")
        return Outcome(True, f"{given.ip} opened")


class Tell(Action):
    """Shows the incident; keeps its id, so that it is found again."""

    name, service, Service = "board.tell", "board", Settings
    idempotent, tells, follows = False, True, True
    doors: Doors

    def check(self, given: Params, context: Context) -> State:
        return {"told": context.step in self.doors.done}

    def done(self, given: Params, context: Context, state: State) -> bool:
        return context.unknown and bool(state["told"])

    def do(self, given: Params, context: Context) -> Outcome:
        self.doors.at("tell")
        self.doors.done.append(context.step)
        self.doors.at("told")
        return Outcome(True, "told", {"version": context.incident["version"]})

    def update(self, given: Params, context: Context) -> Outcome:
        self.doors.at("update")
        self.doors.shown.append(context.incident["version"])
        self.doors.contexts.append(context)
        return Outcome(True, "shown", {"version": context.incident["version"]})


class Blind(Action):
    """Cannot be repeated, and nobody can say whether it happened."""

    name, idempotent = "blind.fire", False
    doors: Doors

    def do(self, given: Params, context: Context) -> Outcome:
        self.doors.at("fire")
        self.doors.done.append(context.step)
        self.doors.at("fired")
        return Outcome(True, "fired")


class Nowhere(Action):
    name, service, Service = "nowhere.go", "nowhere", Settings
    _ready: ClassVar[bool] = False

    def do(self, given: Params, context: Context) -> Outcome:
        raise AssertionError("it is not configured")


class World:
    """Doors, a journal with one incident, and engines that die and come back."""

    def __init__(self, folder: Path) -> None:
        self.path, self.clock, self.doors = folder / "journal.db", make.Clock(), Doors()
        self.journal, self.guard = Journal(self.path), Guard()
        self.incident = make.incident()
        self.engine: Engine | None = None
        with self.journal.write() as db:
            incidents.put(db, [self.incident])

    def actions(self) -> dict[str, Action]:
        found: dict[str, Action] = {}
        for kind in (Close, Tell, Blind):
            found[kind.name] = kind(Settings(), self.clock)
            found[kind.name].doors = self.doors  # type: ignore[attr-defined]
        return {**found, Nowhere.name: Nowhere(None, self.clock)}

    def start(self, **given: Any) -> Engine:
        """A new process; the one before is dead."""
        if self.engine is not None:
            self.engine.close()
        self.engine = Engine(self.journal, self.actions(), self.clock, guard=self.guard, **{"threads": False, **given})
        return self.engine

    def run(self, most: int = 300) -> None:
        """Until nothing is left to do, however long that takes."""
        engine = self.engine or self.start()
        for _ in range(most):
            seconds = engine.turn()
            due = engine.due_in()
            if due is None:
                return
            self.clock.sleep(max(due, 0.001) if due > 1 else seconds)
        raise AssertionError("it never ends")

    def plan(self, *steps: Step, mode: str = "act", run: str = "run1") -> None:
        with self.journal.write() as db:
            runs.put(db, [make.run(id=run, mode=mode, state="running")], steps)

    def step(self, number: str = "s0") -> Step:
        found = runs.step(self.journal.read(), number)
        assert found is not None
        return found

    def now(self) -> Incident:
        found = incidents.get(self.journal.read(), self.incident.id)
        assert found is not None
        return found

    def story(self) -> list[str]:
        return [entry.text for entry in incidents.timeline(self.journal, self.incident.id)]

    def change(self, **changed: Any) -> None:
        """The pipeline folds something in."""
        from msgspec.structs import replace

        with self.journal.write() as db:
            now = incidents.get(db, self.incident.id)
            assert now is not None
            incidents.put(db, [replace(now, version=now.version + 1, **changed)])

    def close(self) -> None:
        if self.engine is not None:
            self.engine.close()
        self.journal.close()

    @contextmanager
    def killing(self, number: int, *, committed: bool) -> Iterator[None]:
        """Dies at the `number`-th transaction from now, just before or just after it is committed."""
        journal, write, count = self.journal, self.journal.write, [0]

        @contextmanager
        def counted() -> Iterator[Connection]:
            count[0] += 1
            mine = count[0]
            with write() as db:
                yield db
                if mine == number and not committed:
                    raise Killed
            if mine == number:
                raise Killed

        journal.write = counted  # type: ignore[method-assign]
        try:
            yield
        finally:
            journal.write = write  # type: ignore[method-assign]


def step(number: int = 0, *, uses: str = "door.close", run: str = "run1", **changed: Any) -> Step:
    given = {"with_": {"ip": f"203.0.113.{number + 1}"}} if uses == "door.close" else {}
    return make.step(**{"id": f"s{number}", "run": run, "index": number, "name": f"step{number}", "uses": uses, "given": {},
                        "state": "waiting", **given, **changed})


__all__ = ["Blind", "Close", "Doors", "Failed", "Killed", "Nowhere", "Run", "Skipped", "Tell", "World", "step"]
