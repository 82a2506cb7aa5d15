from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sentinel.journal.database import Journal
from sentinel.journal.state import State


def flush(journal: Journal, state: State) -> None:
    with journal.write() as db:
        state.put(db)
    state.committed()


def test_what_is_put_is_there_at_once_and_after_a_restart(journal: Journal) -> None:
    state = State(journal)
    state.section("rule").put("k", [1, 2])
    assert state.section("rule").get("k") == [1, 2]
    assert State(journal).section("rule").get("k") is None
    flush(journal, state)
    assert State(journal).section("rule").get("k") == [1, 2]
    assert State(journal).section("other").get("k") is None


def test_none_forgets(journal: Journal) -> None:
    state = State(journal)
    state.section("rule").put("k", 1)
    flush(journal, state)
    state.section("rule").put("k", None)
    flush(journal, state)
    assert state.keys("rule") == []


def test_a_failed_commit_keeps_it_for_the_next(journal: Journal) -> None:
    state = State(journal)
    state.section("rule").put("k", 1)
    try:
        with journal.write() as db:
            state.put(db)
            raise RuntimeError
    except RuntimeError:
        pass
    flush(journal, state)
    assert State(journal).section("rule").get("k") == 1


def test_the_least_recently_used_go_and_are_counted(journal: Journal) -> None:
    state = State(journal)
    section = state.section("rule", most=100, cached=10)
    for commit in range(State._TRIM_EVERY):
        for i in range(5):
            section.put(f"k{commit}-{i}", i, at=commit)
        flush(journal, state)
    assert len(state.keys("rule")) == 90
    assert section.evicted == State._TRIM_EVERY * 5 - 90
    assert section.get("k0-0") is None
    assert section.get(f"k{State._TRIM_EVERY - 1}-4") == 4


def test_what_nobody_wants_any_more_goes_some_with_each_commit(journal: Journal) -> None:
    state = State(journal)
    for owner, keys in (("rule:old", State._GONE_AT_ONCE + 1), ("rule:kept", 2), ("rules", 1), ("detector:x", 1)):
        for key in range(keys):
            state.section(owner).put(f"k{key}", key)
    flush(journal, state)
    state = State(journal)
    state.section("rule:kept").put("k2", 2)
    state.keep("rule:", {"rule:kept"})
    left = []
    for _ in range(4):
        flush(journal, state)
        left.append(len(state.keys("rule:old")))
    assert left == [1, 0, 0, 0]
    assert [len(state.keys(owner)) for owner in ("rule:kept", "rules", "detector:x")] == [3, 1, 1]


def test_who_is_wanted_again_begins_anew(journal: Journal) -> None:
    state = State(journal)
    state.section("rule:a").put("k", 1)
    flush(journal, state)
    state.keep("rule:", set())
    flush(journal, state)
    state.keep("rule:", {"rule:a"})
    assert state.section("rule:a").get("k") is None
    state.section("rule:a").put("k", 2)
    flush(journal, state)
    flush(journal, state)
    assert State(journal).section("rule:a").get("k") == 2


def test_the_cache_is_bounded_and_what_left_it_is_read_back(journal: Journal) -> None:
    state = State(journal)
    section = state.section("rule", cached=10)
    for i in range(200):
        section.put(f"k{i}", i)
        flush(journal, state)
    assert len(section._cache) <= 11
    assert [section.get(f"k{i}") for i in range(200)] == list(range(200))


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), st.integers(0, 5)), st.booleans()), max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_is_a_map(journal: Journal, does) -> None:
    with journal.write() as db:
        db.execute("DELETE FROM state")
    state, model = State(journal), {}
    section = state.section("o", cached=2)
    for key, value, commit in does:
        section.put(key, value)
        model[key] = value
        if commit:
            flush(journal, state)
        assert all(section.get(k) == model.get(k) for k in "abcdef")
    flush(journal, state)
    assert all(State(journal).section("o").get(k) == model.get(k) for k in "abcdef")
