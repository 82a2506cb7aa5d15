"""The live view as its reader has it: keys go in, the screen is read."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from sentinel.journal import incidents
from sentinel.journal.database import Journal
from sentinel.views.watch.app import Watch
from sentinel.views.watch.widgets.incident_list import IncidentList
from tests import make, sample

NARROW, WIDE = (80, 24), (120, 36)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = sample.write(tmp_path / "j.db")
    yield journal
    journal.close()


def watched(path: Path, size: tuple[int, int], look: Callable[[Watch, Pilot[None]], Awaitable[None]]) -> None:
    async def go() -> None:
        app = Watch(path, make.Clock())
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await look(app, pilot)

    asyncio.run(go())


def screen(app: Watch) -> str:
    """What stands on the screen, as text."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


def board(app: Watch) -> IncidentList:
    return app.screen.query_one(IncidentList)


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_what_the_on_call_engineer_needs_is_on_one_screen(journal: Journal, size: tuple[int, int]) -> None:
    async def look(app: Watch, pilot: Pilot[None]) -> None:
        text = screen(app)
        for part in ("1 critical", "> CRIT", "Many people's data asked", "what leak: 9 alerts", "key agent-prod", "risk score 95",
                     "litellm.block_key", "sentinel actions undo 7c1f0a52e9b4", "run-book: docs/runbooks/leaked-secret.md",
                     "NOT WELL", "212 ev/s", "lag 0 B", "1 step(s) failed"):
            assert part in text, f"{part!r} is not in\n{text}"
        assert all(len(line.rstrip()) <= size[0] for line in text.splitlines())

    watched(journal.path, size, look)


def test_list_and_story_stand_side_by_side_only_where_there_is_room(journal: Journal) -> None:
    async def look(app: Watch, pilot: Pilot[None]) -> None:
        assert any("> CRIT" in line and "CRITICAL" in line for line in screen(app).splitlines())
        await pilot.resize_terminal(*NARROW)
        await pilot.pause()
        assert not any("> CRIT" in line and "CRITICAL" in line for line in screen(app).splitlines())

    watched(journal.path, WIDE, look)


def test_a_list_longer_than_its_room_scrolls_and_hides_nothing_of_a_row(journal: Journal) -> None:
    with journal.write() as db:
        incidents.put(db, [make.incident(id=f"INC-{n:010}", principal=make.principal(label=f"somebody-{n:02}")) for n in range(30)])

    async def look(app: Watch, pilot: Pilot[None]) -> None:
        await pilot.press("r")
        await pilot.pause()
        assert board(app).show_vertical_scrollbar and not board(app).show_horizontal_scrollbar
        seen = [line for line in screen(app).splitlines() if "somebody-" in line]
        assert seen and all(re.search(r"somebody-\d\d\b", line) for line in seen), seen

    watched(journal.path, NARROW, look)


def test_arrows_choose_and_the_story_follows(journal: Journal) -> None:
    async def look(app: Watch, pilot: Pilot[None]) -> None:
        await pilot.press("down")
        await pilot.pause()
        assert "HIGH  Many people's data asked for by one user  open  INC-P3VDNROTLY" in screen(app)
        await pilot.press("up", "up")
        await pilot.pause()
        assert "INC-K7QZMAXWEB" in screen(app)

    watched(journal.path, NARROW, look)


def test_enter_shows_the_story_alone_and_escape_goes_back(journal: Journal) -> None:
    async def look(app: Watch, pilot: Pilot[None]) -> None:
        await pilot.press("enter")
        await pilot.pause()
        assert "> CRIT" not in screen(app) and "customer's mail" in screen(app)
        await pilot.press("end")
        await pilot.pause()
        assert "open -> contained" in screen(app), "the end of a long story is reached by the keys"
        await pilot.press("escape")
        await pilot.pause()
        assert "> CRIT" in screen(app)

    watched(journal.path, NARROW, look)


def test_the_cursor_follows_the_most_urgent_until_it_is_moved(journal: Journal) -> None:
    def add(number: int) -> None:
        with journal.write() as db:
            incidents.put(db, [make.incident(id=f"INC-NEW{number}", severity="critical", last_at=make.NOW + number)])

    async def look(app: Watch, pilot: Pilot[None]) -> None:
        add(1)
        await pilot.press("r")
        assert board(app).chosen == "INC-NEW1"
        await pilot.press("down")
        assert board(app).chosen == sample.LEAK
        add(2)
        await pilot.press("r")
        assert board(app).chosen == sample.LEAK, "the reader's choice stays though the order has changed"
        await pilot.press("home")
        add(3)
        await pilot.press("r")
        assert board(app).chosen == "INC-NEW3"

    watched(journal.path, NARROW, look)


def test_question_mark_explains_the_keys_and_q_leaves(journal: Journal) -> None:
    async def look(app: Watch, pilot: Pilot[None]) -> None:
        await pilot.press("question_mark")
        await pilot.pause()
        assert "choose an incident" in screen(app)
        await pilot.press("escape")
        await pilot.pause()
        assert "> CRIT" in screen(app)
        await pilot.press("q")
        await pilot.pause()
        assert app._exit

    watched(journal.path, NARROW, look)


def test_an_empty_and_a_missing_journal_say_so(tmp_path: Path) -> None:
    async def empty(app: Watch, pilot: Pilot[None]) -> None:
        assert "No incidents." in screen(app) and "the daemon has never run" in screen(app)
        await pilot.press("down", "up", "end", "home", "enter", "escape")

    Journal(tmp_path / "empty.db").close()
    watched(tmp_path / "empty.db", NARROW, empty)

    async def missing(app: Watch, pilot: Pilot[None]) -> None:
        assert "waiting for the journal" in screen(app)

    watched(tmp_path / "missing.db", NARROW, missing)


def test_hostile_text_does_nothing_to_the_screen(journal: Journal) -> None:
    bad = "\x1b[2J\x07[red]evil[/red]\r\n\u202e<!channel>"
    with journal.write() as db:
        incidents.put(db, [make.incident(id="INC-EVIL", severity="critical", title=bad, principal=make.principal(label=bad),
                                         last_at=make.NOW)])

    async def look(app: Watch, pilot: Pilot[None]) -> None:
        text = screen(app)
        assert "\\x1b[2J\\x07[red]evil[/red]" in text
        assert text.replace("\n", "").isprintable()

    watched(journal.path, WIDE, look)


def test_a_thousand_incidents_are_scrolled_through_line_by_line(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.db")
    with journal.write() as db:
        incidents.put(db, [make.incident(id=f"INC-{n:010d}", title=f"number {n}", last_at=make.NOW - n) for n in range(1_200)])

    async def look(app: Watch, pilot: Pilot[None]) -> None:
        await pilot.press("end")
        await pilot.pause()
        assert "number 999" in screen(app)
        await pilot.press("home", *["down"] * 14)
        await pilot.pause()
        assert "number 14" in screen(app) and board(app).chosen == "INC-0000000014"

    watched(journal.path, NARROW, look)
    journal.close()
