"""What is unusual: for the principal of an event, and for all principals together. In: events. Out: `sentinel.baseline.*`, which rules read.

Each signal is a file: `_tokens`, `_requests` (with the season), `_errors`, `_known` (what was used before), `_travel` with `_places`,
`_templates` (prompts with a changing slot). `_levels` is the statistics they share. `_habits` is the row of one principal.

A principal is a key that was let in, else a user. What fails teaches nothing but the share of failures, and what is refused (401, 403)
not even that: anyone can write anyone's name there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv6Address
from typing import Any, ClassVar

import msgspec

from sentinel.detectors._base import Detector, Memory, Pseudonym
from sentinel.detectors.baseline import _known
from sentinel.detectors.baseline._habits import DAYS_HOURS, DAYS_RATES, DAYS_SIZES, DAYS_USED, Habits, Needed, tell
from sentinel.detectors.baseline._places import Place
from sentinel.detectors.baseline._tokens import size_of
from sentinel.records.event import Event
from sentinel.records.finding import Finding

WARM_UP = 20
_ONE, _FLEET = Needed(WARM_UP, 50), Needed(1000, 250)
_MOST_NETWORKS, _MOST_COUNTRIES = 32, 16
_ALL = "fleet"
_SHORT = 256
_PREFIX, _FLEET_PREFIX = "sentinel.baseline.", "sentinel.baseline.fleet."
_REFUSED = (401, 403)
_FEWEST_VARIANTS = 2

_SCORES = {
    "input_tokens.score": f"by how many usual spreads the input is longer than the median; 6: eight times it at least; absent below 1, and before 60 learnt and {DAYS_SIZES} days",
    "output_tokens.score": "the same for the output",
    "requests.score": f"the same for the requests in these ten minutes, at any hour and at this hour of the week; after {DAYS_RATES} days with requests",
    "error_rate.score": "standard deviations by which more requests fail in these ten minutes; ten must have failed",
}
_NEW = f"true: never used before by this principal; after {WARM_UP} requests and {DAYS_USED} days with requests"


class Baseline(Detector):
    """Remembers a row for each of the 100,000 principals that were last seen, and one for all."""

    name = "baseline"
    fields: ClassVar = {
        **{_PREFIX + name: means for name, means in _SCORES.items()},
        **{_FLEET_PREFIX + name: f"of all principals together: {means}" for name, means in _SCORES.items()},
        "sentinel.baseline.model.new": "true: this key never used this model before, and its first "
                                       f"{WARM_UP} requests are over",
        "sentinel.baseline.tool.new": f"tool in the answer: {_NEW}",
        "sentinel.baseline.address.new": f"network (/24, /48) of the address: {_NEW}",
        "sentinel.baseline.country.new": f"country of the address, by the file under `geoip:`: {_NEW}",
        "sentinel.baseline.hour.new": "true: this principal never worked at this time of the week, nor an hour before or after; "
                                      f"after {DAYS_HOURS} days with requests",
        "sentinel.baseline.fleet.model.new": f"true: nobody used this model before; after {_FLEET.requests} requests",
        "sentinel.baseline.fleet.tool.new": "the same for a tool in the answer",
        "sentinel.baseline.travel.km": "from the last place to a network that is new to this principal, less what is uncertain",
        "sentinel.baseline.travel.kmh": "as fast as that would have been",
        "sentinel.baseline.variants.score": "by how many usual spreads `sentinel.prompt.template.variants` is above what the busiest template of an hour has",
        "sentinel.baseline.fleet.variants.score": "the same against the hours of all principals",
        "sentinel.prompt.template.variants": "how many different prompts of this one's kind, the same but for a slot, the principal sent in this hour",
        "sentinel.prompt.template.duplicates": "how many of them came again word for word",
        "sentinel.baseline.country.code": "country of the address, two letters, by the file under `geoip:`",
    }
    needs: ClassVar = (frozenset({"sentinel.key.hash", "gen_ai.request.model"}), frozenset({"user.id", "gen_ai.request.model"}),
                       frozenset({"sentinel.key.hash", "source.ip"}), frozenset({"user.id", "source.ip"}))

    def __init__(self, pseudonym: Pseudonym | None = None) -> None:
        super().__init__(pseudonym)
        self.place: Callable[[str], Place | None] = _nowhere

    def inspect(self, event: Event, hits: frozenset[int], memory: Memory) -> list[Finding]:
        fields = event.fields
        who = _principal(event)
        outcome = fields.get("event.outcome")
        if who is None or (outcome != "success" and (outcome != "failure" or fields.get("http.response.status_code", 401) in _REFUSED)):
            return []
        habits = _row(memory, who)
        if outcome == "failure" and habits is None:
            return []
        habits = habits or Habits()
        said: dict[str, Any] = {}
        if event.category == "llm" and "gen_ai.request.model" in fields:
            self._request(event, habits, said, memory)
        if outcome == "success" and fields.get("source.ip").__class__ is str:
            self._origin(fields, habits, event.at, said)
        memory.put(who, habits, event.at)
        for name, value in said.items():
            fields[name if name.startswith("sentinel.") else _PREFIX + name] = value
        return []

    def _request(self, event: Event, habits: Habits, said: dict[str, Any], memory: Memory) -> None:
        fields, at, of_all = event.fields, event.at, dict[str, Any]()
        failed = fields["event.outcome"] == "failure"
        fleet = _row(memory, _ALL) or Habits()
        in_time = habits.count(at, failed, said)
        fleet_in_time = fleet.count(at, failed, of_all)
        if not failed:
            habits.use(fields, _ONE, said)
            fleet.use(fields, _FLEET, of_all)
            given, got = size_of(fields.get("gen_ai.usage.input_tokens")), size_of(fields.get("gen_ai.usage.output_tokens"))
            habits.sizes(given, got, in_time > 0, said)
            fleet.sizes(given, got, fleet_in_time > 0, of_all)
            # An index is many texts of one shape.
            if fields.get("gen_ai.prompt").__class__ is str and fields.get("gen_ai.operation.name") != "embeddings":
                _template(fields["gen_ai.prompt"], habits, fleet, said)
        of_all.pop("hour.new", None)
        memory.put(_ALL, fleet, at)
        for name, value in of_all.items():
            fields[_FLEET_PREFIX + name] = value

    def _origin(self, fields: dict[str, Any], habits: Habits, at: int, said: dict[str, Any]) -> None:
        """Where a request that was let in came from."""
        address = fields["source.ip"]
        warm = habits.requests >= WARM_UP and habits.days >= DAYS_USED
        habits.networks, new = _known.meet(habits.networks, _network(address), _MOST_NETWORKS)
        if new and warm:
            said["address.new"] = True
        place = self.place(address)
        if place is None:
            return
        if place.country:
            fields["sentinel.baseline.country.code"] = place.country
            habits.countries, foreign = _known.meet(habits.countries, place.country, _MOST_COUNTRIES)
            if foreign and warm:
                said["country.new"] = True
        if new and (travel := habits.last.travel(place, at)):
            said["travel.km"], said["travel.kmh"] = travel
        habits.last.arrive(place, at)


def _template(prompt: str, habits: Habits, fleet: Habits, said: dict[str, Any]) -> None:
    """What the prompt has in common with others of its principal. All together learn what an hour of one has."""
    templates = habits.templates
    if most := templates.turn(habits.hour):
        fleet.templates.learn(most)
    variants, duplicates = templates.look(prompt)
    if duplicates:
        said["sentinel.prompt.template.duplicates"] = duplicates
    if variants >= _FEWEST_VARIANTS:
        said["sentinel.prompt.template.variants"] = variants
        tell(said, "variants.score", templates.score(variants))
        tell(said, _FLEET_PREFIX + "variants.score", fleet.templates.score(variants))


def _principal(event: Event) -> str | None:
    """Under which key its row is kept."""
    key = event.fields.get("sentinel.key.hash")
    if key.__class__ is str:
        return _named("key", key)
    # A web server writes down whatever name a client gives.
    user = event.fields.get("user.id") if event.category != "webserver" else None
    return _named("user", user) if user.__class__ is str else None


def _named(kind: str, value: str) -> str:
    # A client writes it, perhaps 5 MB long: that is not remembered as it is.
    return _short(kind, value) if len(value) <= _SHORT else _digest(kind, value)


def _digest(kind: str, value: str) -> str:
    return blake2b(f"{kind}:{value}".encode("utf-8", "replace"), digest_size=12).hexdigest()


_short = lru_cache(4096)(_digest)


def _network(address: str) -> str:
    return _network_of(address) if len(address) <= _SHORT else address


@lru_cache(4096)
def _network_of(address: str) -> str:
    """The part of an address that stays when a house or an office gets another one: /24, or /48."""
    if ":" not in address:
        return address.rpartition(".")[0]
    try:
        return IPv6Address(address).packed[:6].hex()
    except ValueError:
        return address


def _row(memory: Memory, who: str) -> Habits | None:
    """What is remembered; from the journal it comes as a list."""
    row = memory.get(who)
    if row.__class__ is list:
        row = msgspec.convert(row, Habits)
    return row  # type: ignore[no-any-return]


def _nowhere(address: str) -> Place | None:
    return None
