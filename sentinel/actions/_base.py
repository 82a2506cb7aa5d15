"""What an action promises: check, do, verify, undo. HTTP actions are recipes (`_recipe.py`); the rest subclass `Action`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from msgspec import Struct
from pydantic import BaseModel, ConfigDict

State = dict[str, Any]


class Params(BaseModel):
    """A step's `with:`. Unknown keys are refused, so a typo is an error and not a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Outcome(Struct, frozen=True):
    """What a call came to.

    Attributes:
        changed: False when things were already so ("already so" is success).
        note: a sentence for the timeline, safe to print.
        detail: allow-listed fields of the reply, JSON, no secrets (a message's `ts`, a key's `blocked`).
        skipped: the target does not exist or is none of ours: not a success, not a failure.
    """

    changed: bool
    note: str
    detail: State = {}
    skipped: bool = False


class Failed(Exception):
    """A call that failed.

    Attributes:
        retry: worth another try later. after_seconds: not before that (from Retry-After), 0 when unknown.
        unknown: the request may have been carried out; ask `check` before repeating.
    """

    def __init__(self, message: str, *, retry: bool = False, after_seconds: float = 0, unknown: bool = False) -> None:
        super().__init__(message)
        self.retry, self.after_seconds, self.unknown = retry, after_seconds, unknown


class Call(Struct, frozen=True):
    """One call that an action would make, for dry-run: `text` is what a person reads ("POST http://…/key/block {…}")."""

    text: str


class Context(Struct, frozen=True):
    """What surrounds a call.

    Attributes:
        step: the step's id, the idempotency key of its effect. incident: the incident as JSON values (redacted).
        timeline: its timeline entries, oldest first, JSON values.
        before: what `check` found before the first `do`. outcome: what `do` reported, for verify and undo.
        attempt: 1 for the first call.
    """

    step: str
    incident: State
    timeline: tuple[State, ...] = ()
    before: State | None = None
    outcome: State | None = None
    attempt: int = 1


class Action(ABC):
    """One integration's verb.

    Class attributes are the declaration that lists, schemas, dry-run and limits read.

    Attributes:
        name: "litellm.block_key". With: its parameters.
        reversible, idempotent: as the words say; a call that is not idempotent is never repeated without `check`.
        contains: it limits somebody (counts for blast radius, is undone by `actions undo`).
        scope: "one key", "one address", "nobody", ...
        needs: rights it needs, a sentence. latency_seconds: until it holds.
        follows: it shows an incident and wants `update` when the incident changes (a Slack message).
        service: the key under `services:` in the config that its constructor is given.
    """

    name: ClassVar[str] = ""
    With: ClassVar[type[Params]] = Params
    reversible: ClassVar[bool] = False
    idempotent: ClassVar[bool] = True
    contains: ClassVar[bool] = False
    scope: ClassVar[str] = "nobody"
    needs: ClassVar[str] = ""
    latency_seconds: ClassVar[int] = 0
    follows: ClassVar[bool] = False
    service: ClassVar[str] = ""

    def target(self, given: Any) -> tuple[str, str] | None:
        """For `contains`: the (event field, value) it closes, as ("source.ip", "203.0.113.7"); None when it has none."""
        return None

    def check(self, given: Any, context: Context) -> State:
        """The target's state now; written down before `do`, compared after. Raises: Failed."""
        return {}

    def done(self, given: Any, context: Context, state: State) -> bool:
        """Whether `state` (from `check`) says that the effect is there. Asked before any repeat of an unknown outcome."""
        return False

    @abstractmethod
    def do(self, given: Any, context: Context) -> Outcome:
        """Make it so. Raises: Failed."""

    def verify(self, given: Any, context: Context) -> None:  # noqa: B027 - most actions have nothing to verify
        """Make sure it holds. Raises: Failed when it does not."""

    def undo(self, given: Any, context: Context) -> Outcome:
        """Put back the state in `context.before`, if the state now is the one we left. Raises: Failed."""
        raise Failed(f"{self.name} cannot be undone")

    def update(self, given: Any, context: Context) -> Outcome:
        """For `follows`: show the incident as it is now. Raises: Failed."""
        raise NotImplementedError

    def plan(self, given: Any, context: Context) -> list[Call]:
        """The calls that `do` would make, for dry-run. Makes none."""
        return [Call(f"{self.name} {given.model_dump(mode='json')}")]

    def probe(self) -> str:
        """For `sentinel check`: reach the service without changing anything; a sentence. Raises: Failed."""
        return "nothing to reach"

    def close(self) -> None:  # noqa: B027 - most actions hold nothing
        """Give back connections."""
