from __future__ import annotations

import asyncio

from tests.views.watch import picture


def test_the_picture_in_the_docs_is_of_the_view_as_it_is() -> None:
    drawn = asyncio.run(picture.draw((120, 32)))
    assert "font-face" not in drawn and "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
    assert picture.PICTURE.read_text("utf-8") == drawn, "run: python -m tests.views.watch.picture"
