"""What an action promises: check, do, verify, undo. HTTP actions are recipes (`_recipe.py`); the rest subclass `Action`.

An action keeps nothing between calls: what it must remember is in the step, which the journal keeps.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from msgspec import Struct
from pydantic import BaseModel, ConfigDict

from sentinel.clock import Clock

State = dict[str, Any]


class Params(BaseModel):
    """A step's `with:`. Unknown keys are refused, so a typo is an error and not a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Service(BaseModel):
    """What the config says under `services:` of the service that an action talks to."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Outcome(Struct, frozen=True):
    """What a call came to.

    Attributes:
        changed: False when things were already so ("already so" is success).
        note: a sentence for the timeline, safe to print.
        detail: allow-listed fields of the reply, JSON, no secrets (a message's `ts`, a key's `blocked`).
    """

    changed: bool
    note: str
    detail: State = {}


class Failed(Exception):
    """A call that failed; the message is safe to print and quotes no reply.

    Attributes:
        retry: worth another try later. after_seconds: not before that (from Retry-After), 0 when unknown.
        unknown: the request may have been carried out; ask `check` before repeating.
    """

    def __init__(self, message: str, *, retry: bool = False, after_seconds: float = 0, unknown: bool = False) -> None:
        super().__init__(message)
        self.retry, self.after_seconds, self.unknown = retry, after_seconds, unknown


class Skipped(Exception):
    """The target does not exist or is none of ours: not a success, not a failure. The message is safe to print."""


class Call(Struct, frozen=True):
    """One call that an action would make, for dry-run: `text` is what a person reads ("POST http://…/key/block {…}")."""

    text: str


class Context(Struct, frozen=True):
    """What surrounds a call.

    Attributes:
        step: the step's id, the idempotency key of its effect. run: the run's id.
        incident: the incident as JSON values (redacted).
        timeline: its timeline as JSON values, oldest first, each with its `seq`. steps: what was and will be done
            about it, JSON values. Both are empty unless the action `tells`.
        before: what `check` found before the first `do`. outcome: what `do` reported, for verify, undo and update.
        unknown: an earlier call may have been carried out.
        now: wall time, nanoseconds. timeout_seconds: of each request.
    """

    step: str
    run: str
    incident: State
    now: int
    timeline: tuple[State, ...] = ()
    steps: tuple[State, ...] = ()
    before: State | None = None
    outcome: State | None = None
    unknown: bool = False
    timeout_seconds: float = 10.0


class Action(ABC):
    """One integration's verb.

    Class attributes are the declaration that lists, schemas, dry-run and limits read.

    Attributes:
        name: "litellm.block_key". With: its parameters.
        reversible, idempotent: as the words say; a call that is not idempotent is never repeated without `check`.
        contains: it limits somebody (counts for blast radius, is undone by `actions undo`).
        tells: it only informs people, so it goes out in observe mode too.
        follows: it shows an incident and wants `update` when the incident changes (a Slack message).
        scope: "one key", "one address", "nobody", ...
        needs: rights it needs, a sentence. latency_seconds: until it holds.
        service: the key under `services:` in the config; Service: its shape.
    """

    name: ClassVar[str] = ""
    With: ClassVar[type[Params]] = Params
    reversible: ClassVar[bool] = False
    idempotent: ClassVar[bool] = True
    contains: ClassVar[bool] = False
    tells: ClassVar[bool] = False
    follows: ClassVar[bool] = False
    scope: ClassVar[str] = "nobody"
    needs: ClassVar[str] = ""
    latency_seconds: ClassVar[int] = 0
    service: ClassVar[str] = ""
    Service: ClassVar[type[Service]] = Service

    def __init__(self, settings: Any, clock: Clock) -> None:
        """Args: settings: the config's `services:` entry as a `Service`; None when there is none, and nothing is called."""
        self.settings, self.clock = settings, clock

    @property
    def configured(self) -> bool:
        return self.settings is not None or not self.service

    def target(self, given: Any) -> tuple[str, str] | None:
        """For `contains`: the (event field, value) it closes, as ("source.ip", "203.0.113.7"); None when it has none."""
        return None

    def refuse(self, given: Any) -> str:
        """Why this must never be done, empty when it may: the key that sentinel itself uses, for instance."""
        return ""

    def check(self, given: Any, context: Context) -> State:
        """The target's state now; written down before `do`, compared after. Raises: Failed, Skipped."""
        return {}

    def done(self, given: Any, context: Context, state: State) -> bool:
        """Whether `state` (from `check`) says that the effect is there. Asked before each `do`."""
        return False

    @abstractmethod
    def do(self, given: Any, context: Context) -> Outcome:
        """Make it so. Raises: Failed, Skipped."""

    def verify(self, given: Any, context: Context) -> None:  # noqa: B027 - most actions have nothing to verify
        """Make sure it holds. Raises: Failed when it does not."""

    def undo(self, given: Any, context: Context) -> Outcome:
        """Put back the state in `context.before`, if the state now is the one we left. Raises: Failed, Skipped."""
        raise Failed(f"{self.name} cannot be undone")

    def update(self, given: Any, context: Context) -> Outcome:
        """For `follows`: show the incident as it is now. Its detail replaces the step's outcome. Raises: Failed."""
        raise NotImplementedError

    def plan(self, given: Any, context: Context) -> list[Call]:
        """The calls that `do` would make, for dry-run. Makes none."""
        return [Call(f"{self.name} {given.model_dump(mode='json')}")]

    def probe(self) -> str:
        """For `sentinel check`: reach the service without changing anything; a sentence. Raises: Failed."""
        return "nothing to reach"

    def close(self) -> None:  # noqa: B027 - most actions hold nothing
        """Give back connections."""
