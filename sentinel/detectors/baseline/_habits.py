"""All that is remembered of one principal, or of all together: one row, a few hundred bytes, at most `MOST_BYTES`.

In: what one event says. Out: the names and values of fields, without what stands before them (`sentinel.baseline.`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from sentinel.clock import SECOND
from sentinel.detectors.baseline import _known
from sentinel.detectors.baseline._errors import Errors
from sentinel.detectors.baseline._levels import Levels
from sentinel.detectors.baseline._requests import FEWEST, SLOT, Requests, unheard_of
from sentinel.detectors.baseline._templates import Templates
from sentinel.detectors.baseline._tokens import Pace, look
from sentinel.detectors.baseline._travel import Last

MOST_BYTES = 3072
_DAY = 86_400 * SECOND
_SLOTS_IN_HOUR = 6
_LEAST_TOLD = 1.0
# Days on which there were requests, before something is said of: sizes; addresses, countries and tools; rates; hours.
DAYS_SIZES, DAYS_USED, DAYS_RATES, DAYS_HOURS = 2, 3, 8, 10


class Needed(Struct, frozen=True):
    """How much must be known before something can be new. requests: that succeeded. kept: how many of each kind are remembered."""

    requests: int
    kept: int


class Habits(Struct, array_like=True, gc=False):
    """Attributes:
        day: the newest, counted from 1970. days: how many with requests. requests: that succeeded, counted up to what is needed.
        models, tools, networks, countries: see `_known`.
    """

    day: int = 0
    days: int = 0
    requests: int = 0
    models: bytes = b""
    tools: bytes = b""
    networks: bytes = b""
    countries: bytes = b""
    rate: Requests = field(default_factory=Requests)
    pace: Pace = field(default_factory=Pace)
    input: Levels = field(default_factory=Levels)
    output: Levels = field(default_factory=Levels)
    errors: Errors = field(default_factory=Errors)
    templates: Templates = field(default_factory=Templates)
    last: Last = field(default_factory=Last)

    def count(self, at: int, failed: bool, said: dict[str, Any]) -> int:
        """Count a request, whatever became of it. Returns how many its ten minutes have; 0: it came too late."""
        rate = self.rate
        if not failed and self.days >= DAYS_HOURS and rate.slot != at // SLOT and unheard_of(rate.season, at):
            said["hour.new"] = True
        if not (count := rate.take(at)):
            return 0
        day = at // _DAY
        if day != self.day:
            self.days += day > self.day
            self.day = day
        if count >= FEWEST and self.days >= DAYS_RATES:
            tell(said, "requests.score", rate.score(at, count))
        error = self.errors.look(rate.slot, failed)
        if failed and self.days >= DAYS_SIZES:
            tell(said, "error_rate.score", error)
        return count

    @property
    def hour(self) -> int:
        """The hour of the newest ten minutes, counted from 1970."""
        return self.rate.slot // _SLOTS_IN_HOUR

    def sizes(self, given: float | None, got: float | None, in_time: bool, said: dict[str, Any]) -> None:
        """Judge the sizes of input and output of a request that succeeded, and learn them unless it came too late."""
        teaches = in_time and self.pace.teaches(self.hour)
        sized = look(self.input, given, teaches)
        written = look(self.output, got, teaches)
        if self.days >= DAYS_SIZES:
            tell(said, "input_tokens.score", sized)
            tell(said, "output_tokens.score", written)

    def use(self, fields: Mapping[str, Any], needed: Needed, said: dict[str, Any]) -> None:
        """Remember model and tools of a request that succeeded."""
        warm = self.requests >= needed.requests
        self.models, new = _known.meet(self.models, str(fields["gen_ai.request.model"]), needed.kept)
        if new and warm:
            said["model.new"] = True
        tools = fields.get("gen_ai.tool.name", ())
        for tool in tools if tools.__class__ is list else (tools,) if tools else ():
            self.tools, new = _known.meet(self.tools, str(tool), needed.kept)
            if new and warm and self.days >= DAYS_USED:
                said["tool.new"] = True
        if not warm:
            self.requests += 1


def tell(said: dict[str, Any], name: str, score: float) -> None:
    """Say a score, unless it is nothing that anyone would look at."""
    if score >= _LEAST_TOLD:
        said[name] = round(score, 1)
