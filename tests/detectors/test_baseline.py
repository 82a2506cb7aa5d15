import tracemalloc
from typing import Any

import msgspec
import pytest

from sentinel.clock import SECOND
from sentinel.detectors.baseline import WARM_UP, Baseline
from sentinel.detectors.baseline._places import Place
from sentinel.journal.database import Journal
from sentinel.journal.state import State
from sentinel.records.event import Event
from tests.make import KEY, NOW, event

HOUR, DAY = 3600 * SECOND, 86_400 * SECOND
BERLIN, SYDNEY = Place("DE", 52.52, 13.4, 20, False), Place("AU", -33.87, 151.2, 20, False)


class Memory(dict[str, Any]):
    puts = 0

    def put(self, key: str, value: Any, at: int = 0) -> None:
        self[key] = value
        self.puts += 1


def asked(at: int = NOW, **fields: Any) -> Event:
    known = {"sentinel_key_hash": KEY, "gen_ai_request_model": "m", "event_outcome": "success"} | fields
    names = {"sentinel_key_hash": "sentinel.key.hash", "gen_ai_request_model": "gen_ai.request.model", "event_outcome": "event.outcome",
             "user_id": "user.id", "output": "gen_ai.usage.output_tokens", "address": "source.ip", "status": "http.response.status_code",
             "tools": "gen_ai.tool.name", "prompt": "gen_ai.prompt"}
    return event({names[name]: value for name, value in known.items() if value is not None}, at=at)


def looked(detector: Baseline, memory: Any, one: Event) -> dict[str, Any]:
    """The fields that the detector set, without what they all begin with."""
    before = set(one.fields)
    assert detector.inspect(one, frozenset(), memory) == []
    assert set(one.fields) - before <= Baseline.fields.keys()
    return {name.removeprefix("sentinel.baseline."): one.fields[name] for name in one.fields.keys() - before}


def used(memory: Memory, model: str, outcome: str = "success", key: str = KEY) -> bool:
    return bool(looked(Baseline(), memory, asked(gen_ai_request_model=model, event_outcome=outcome, sentinel_key_hash=key)).get("model.new"))


def habit(detector: Baseline, memory: Any, days: float = 14, **fields: Any) -> int:
    """A few requests an hour for so many days; the time of the last."""
    for hour in range(round(24 * days)):
        for minute in range(4):
            at = NOW + hour * HOUR + minute * 60 * SECOND
            looked(detector, memory, asked(at, **{"output": 100 + hour % 40, "address": "203.0.113.7", "tools": ["search"], **fields}))
    return at


def test_a_model_is_new_once_and_only_after_warm_up() -> None:
    memory = Memory()
    assert not any(used(memory, f"m{i % 3}") for i in range(WARM_UP))
    assert used(memory, "other")
    assert not used(memory, "other")
    assert not used(memory, "m1")
    assert not used(memory, "other", key="f" * 64), "another key warms up for itself"


def test_a_refused_model_is_neither_new_nor_learnt() -> None:
    memory = Memory()
    for _ in range(WARM_UP):
        used(memory, "m")
    assert not used(memory, "other", "failure")
    assert used(memory, "other")


def test_whoever_is_refused_leaves_nothing() -> None:
    memory = Memory()
    for status in (401, 403, None):
        looked(Baseline(), memory, asked(event_outcome="failure", status=status))
    looked(Baseline(), memory, asked(event_outcome="failure", status=500, sentinel_key_hash="a" * 64))
    assert not memory.puts


def test_nobody_named_is_nobody_remembered() -> None:
    memory = Memory()
    line = event({"source.ip": "203.0.113.7", "user.id": "mira", "event.outcome": "success"}, category="webserver")
    assert looked(Baseline(), memory, line) == {} and not memory.puts, "a web server writes down any name"
    looked(Baseline(), memory, asked(sentinel_key_hash=None, user_id="mira"))
    assert len(memory) == 2 and not any("mira" in key for key in memory)


def test_nothing_raw_is_remembered() -> None:
    memory = Memory()
    said = {"prompt": "Tell me about the customer Whitlock, please", "gen_ai_request_model": "secret-model", "tools": ["pay_whitlock"]}
    looked(Baseline(), memory, asked(**said, address="203.0.113.7"))
    kept = msgspec.msgpack.encode(dict(memory))
    assert not any(text in kept for text in (b"hitlock", b"secret", b"customer", b"203.0", KEY.encode()))


def test_an_outlier_is_scored_and_moves_nothing() -> None:
    detector, memory = Baseline(), Memory()
    at = habit(detector, memory)
    assert "output_tokens.score" not in looked(detector, memory, asked(at, output=130))
    first = looked(detector, memory, asked(at, output=4000))["output_tokens.score"]
    assert first >= 6
    assert looked(detector, memory, asked(at + HOUR, output=4000))["output_tokens.score"] == pytest.approx(first, abs=0.2)


def test_no_score_before_enough_is_known() -> None:
    detector, memory = Baseline(), Memory()
    at = habit(detector, memory, days=1 / 12)
    said = looked(detector, memory, asked(at, output=100_000, address="198.51.100.1", tools=["shell"]))
    assert not {"output_tokens.score", "address.new", "tool.new"} & said.keys()


def test_what_was_never_used_is_new_once() -> None:
    detector, memory = Baseline(), Memory()
    detector.place = {"203.0.113.7": BERLIN, "198.51.100.1": SYDNEY}.get
    at = habit(detector, memory, days=4)
    said = looked(detector, memory, asked(at + HOUR, address="198.51.100.1", tools=["shell", "search"]))
    assert said["address.new"] and said["country.new"] and said["tool.new"] and said["country.code"] == "AU"
    assert said["travel.km"] == pytest.approx(16_000, abs=200) and said["travel.kmh"] == pytest.approx(16_000, abs=200)
    again = looked(detector, memory, asked(at + HOUR, address="198.51.100.99", tools=["shell"]))
    assert not {"address.new", "country.new", "tool.new", "travel.km"} & again.keys(), "of the same network"


def test_a_flood_is_scored_a_failing_key_too() -> None:
    detector, memory = Baseline(), Memory()
    at = habit(detector, memory) + HOUR
    said = [looked(detector, memory, asked(at + i * SECOND)) for i in range(400)]
    assert said[-1]["requests.score"] >= 6 and said[-1]["fleet.requests.score"] >= 6 and "requests.score" not in said[3]
    failed = [looked(detector, memory, asked(at + HOUR + i * SECOND, event_outcome="failure", status=500)) for i in range(20)]
    assert failed[-1]["error_rate.score"] >= 6


def test_variants_of_a_prompt_are_counted() -> None:
    detector, memory = Baseline(), Memory()
    at = habit(detector, memory, prompt="What is new in the shop today, please?") + HOUR
    said = [looked(detector, memory, asked(at + i * SECOND, prompt=f"List the address and phone of customer {i}.")) for i in range(60)]
    assert said[-1]["sentinel.prompt.template.variants"] == pytest.approx(60, abs=6)
    assert said[-1]["variants.score"] >= 6
    same = [looked(detector, memory, asked(at + HOUR, prompt="Say the poem by heart, all of it.")) for _ in range(10)]
    assert same[-1] == {"sentinel.prompt.template.duplicates": 9} | {k: v for k, v in same[-1].items() if "duplicates" not in k}


def test_restarts_and_one_run_come_to_the_same(tmp_path: Any) -> None:
    """Killed after any commit and read again: the same fields, from the journal's own memory."""
    events = [asked(NOW + i * 1700 * SECOND, output=100 + 7 * i % 50 + 5000 * (i % 97 == 96), prompt=f"Sum up the claim {i} for me.",
                    gen_ai_request_model=f"m{i // 90}") for i in range(300)]
    plain, whole = Memory(), []
    for one in events:
        whole.append(looked(Baseline(), plain, Event(one.file, 0, one.at, one.category, dict(one.fields))))
    journal = Journal(tmp_path / "j.db")
    parts = []
    for begin in range(0, len(events), 30):
        lost = State(journal).section("detector:baseline")
        for one in events[begin:begin + 20]:
            looked(Baseline(), lost, Event(one.file, 0, one.at, one.category, dict(one.fields)))
        state = State(journal)  # killed before the commit
        section = state.section("detector:baseline")
        for one in events[begin:begin + 30]:
            parts.append(looked(Baseline(), section, Event(one.file, 0, one.at, one.category, dict(one.fields))))
        with journal.write() as db:
            state.put(db)
    journal.close()
    assert parts == whole


def test_the_number_of_principals_is_bounded(tmp_path: Any) -> None:
    journal = Journal(tmp_path / "j.db")
    state = State(journal)
    section = state.section("detector:baseline", most=300, cached=50)
    detector = Baseline()
    for batch in range(128):
        for one in range(10):
            looked(detector, section, asked(NOW + batch * SECOND, sentinel_key_hash=f"{batch}-{one}"))
        with journal.write() as db:
            state.put(db)
        state.committed()
        assert len(section._cache) <= 50 + 11
    assert state.count("detector:baseline") <= 300
    assert section.get("fleet").rate.count == 1280, "what is of all is used with each and never goes"
    journal.close()


def test_long_names_are_not_kept_in_memory() -> None:
    """A client writes its name: 4,096 of 5 MB would be 20 GB."""
    detector, memory = Baseline(), Memory()
    tracemalloc.start()
    for number in range(30):
        looked(detector, memory, asked(sentinel_key_hash=None, user_id=f"{number}" + "x" * 1_000_000, address=f"{number}" + ":" * 1_000_000))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 3_000_000


@pytest.mark.parametrize("tools", [3, True, None, "send_mail", ["send_mail", None, 7], {"a": 1}])
def test_tools_may_be_anything(tools: Any) -> None:
    one = asked()
    one.fields["gen_ai.tool.name"] = tools
    memory = Memory()
    looked(Baseline(), memory, one)
    (row,) = (row for key, row in memory.items() if key != "fleet")
    assert len(row.tools) == 4 * (0 if tools is None else len(tools) if isinstance(tools, list) else 1)
