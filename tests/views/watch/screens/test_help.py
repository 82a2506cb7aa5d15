from __future__ import annotations

import asyncio

import pytest
from textual.app import App

from sentinel.views.watch.screens.help import Help


@pytest.mark.parametrize("key", ["escape", "question_mark", "q", "enter"])
def test_any_key_that_opens_or_leaves_things_closes_it(key: str) -> None:
    async def go() -> tuple[bool, bool]:
        async with (app := App[None]()).run_test() as pilot:
            await app.push_screen(Help())
            await pilot.press("x")
            before = isinstance(app.screen, Help)
            await pilot.press(key)
            return before, isinstance(app.screen, Help)

    assert asyncio.run(go()) == (True, False)
