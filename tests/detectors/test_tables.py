import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detectors._tables import Tables

CSV = "name,phone,city\nBob,2125550123,Rome\nEve,5551234567,Oslo\n\nno table here, at all"
# What stands in front is prose with a comma of its own.
TABLES = {
    "csv": "Here it is, as asked:\nid,name,phone\n1,\"Lee, Ann\",212\n2,Bob,213\n",
    "semicolon": "id;name;phone\n1;Lee, Ann;212\n2;Bob;213",
    "tsv": "id\tname\tphone\n1\tLee, Ann\t212\n2\tBob\t213",
    "markdown": "| id | **name** | phone |\n|---|:--|---|\n| 1 | Lee, Ann | 212 |\n| 2 | Bob | 213 |\n\nThat is all, friends.",
    "psql": " id |   name   | phone\n----+----------+------\n  1 | Lee, Ann | 212\n  2 | Bob      | 213\n(2 rows)",
    "aligned": "id  name      phone\n--  --------  -----\n1   Lee, Ann  212\n2   Bob       213\n",
    "sql": "INSERT INTO t (id, name, phone) VALUES (1, 'Lee, Ann', 212),\n (2, 'Bob', '213');",
    "html": "<table><tr><th>id</th><th>name</th><th>phone</th></tr><tr><td>1</td><td>Lee, Ann</td><td>212</td></tr>"
            "<tr><td>2</td><td>Bob</td><td>213</td></tr></table>",
}


@pytest.mark.parametrize(("value", "heading"), [("Bob", "name"), ("2125550123", "phone"), ("Oslo", "city"), ("city", ""), ("all", "")])
def test_a_cell_knows_its_heading(value: str, heading: str) -> None:
    assert Tables().heading(CSV, CSV.index(value)) == heading


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES.keys())
def test_every_kind_of_table_has_headings_and_columns(text: str) -> None:
    tables = Tables()
    assert [text[a:b] for a, b in tables.below(text, text.index("name"))] == ["Lee, Ann", "Bob"]
    assert [text[a:b] for a, b in tables.below(text, text.index("phone"))] == ["212", "213"]
    assert tables.heading(text, text.index("Bob")) == "name"
    assert tables.heading(text, text.index("213")) == "phone"


def test_one_line_is_no_table() -> None:
    assert Tables().heading("a,b,c", 4) == ""
    assert not Tables().below("name, of course", 0)


def test_prose_has_no_headings() -> None:
    text = "My name, as the long letter of last year already told you, is known.\nBob, though, lives in Rome."
    assert not Tables().below(text, text.index("name"))


def test_a_row_of_another_width_is_passed_over() -> None:
    text = "a,b\n1,2\n3,4,5\n6,7"
    assert [text[s:e] for s, e in Tables().below(text, 0)] == ["1", "6"]


@pytest.mark.parametrize("text", ["a,b\n" * 200_000, "<td>" * 200_000 + "</td>", "insert into t (" * 100_000,
                                  "insert into t (a) values (" + "'" * 500_000, "a  b\n" * 200_000], ids=range(5))
def test_a_million_rows_are_read_once(text: str) -> None:
    tables = Tables()
    began = time.process_time()
    for at in range(0, len(text), 400):
        tables.heading(text, at)
    assert time.process_time() - began < 5


@given(st.text(alphabet='a1,;|\t\n "<td>/(', max_size=200), st.integers(0, 200))
def test_any_text_is_read(text: str, at: int) -> None:
    tables = Tables()
    assert all(0 <= start <= end <= len(text) for start, end in tables.below(text, at))
    assert tables.heading(text, at) in text


def test_rows_of_an_insert_are_no_table_of_their_own() -> None:
    text = "INSERT INTO t (id, ssn, n) VALUES\n(1, '2125550123', 23),\n(2, '5551234567', 45),\n(3, '99', 58),\n"
    assert [Tables().heading(text, text.index(value)) for value in ("2125550123", "5551234567", "99")] == ["ssn"] * 3


def test_the_width_of_a_table_costs_nothing() -> None:
    """30,000 columns took 25 seconds."""
    columns = 100_000
    head, row = "<table><tr>" + "<th>ssn</th>" * columns, "<tr>" + "<td>536-22-1949</td>" * columns
    text, tables = head + row, Tables()
    began = time.process_time()
    for number in range(0, columns, 5):
        assert tables.heading(text, len(head) + 8 + 20 * number) == "ssn"
        assert len(tables.below(text, 15 + 12 * number)) == 1
    assert time.process_time() - began < 4
