import time

import pytest

from sentinel.detectors._tables import Tables

CSV = "name,phone,city\nBob,2125550123,Rome\nEve,5551234567,Oslo\n\nno table here, at all"


@pytest.mark.parametrize(("value", "heading"), [("Bob", "name"), ("2125550123", "phone"), ("Oslo", "city"), ("city", ""), ("all", "")])
def test_a_cell_knows_its_heading(value: str, heading: str) -> None:
    assert Tables().heading(CSV, CSV.index(value)) == heading


def test_a_markdown_table_has_headings_too() -> None:
    text = "| name | mobile |\n|---|---|\n| Ana | 07911 123456 |"
    assert Tables().heading(text, text.index("07911")).strip() == "mobile"


def test_one_line_is_no_table() -> None:
    assert Tables().heading("a,b,c", 4) == ""


def test_a_million_rows_are_read_once() -> None:
    text, tables = "a,b\n" * 200_000, Tables()
    began = time.process_time()
    for at in range(0, len(text), 400):
        tables.heading(text, at)
    assert time.process_time() - began < 5
