from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.corpus.build import Builder
from sentinel.corpus.file import Corpus, header_of
from sentinel.corpus.fingerprint import GUARANTEED, Printer
from sentinel.errors import SentinelError

KEY = b"k" * 32
RNG = random.Random(7)
DOCUMENTS = {f"d{n}": [f"w{RNG.randrange(3_000)}" for _ in range(size)] for n, size in enumerate([3, 40, 41, 333, 900, 77, 500, 60])}


def made(folder: Path, documents: dict[str, list[str]] = DOCUMENTS, name: str = "c") -> Corpus:
    path = folder / f"{name}.corpus"
    with Builder(folder, KEY) as builder:
        for document, said in documents.items():
            builder.add(document, " ".join(said))
        builder.commit(path)
    return Corpus(path, KEY)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return made(tmp_path_factory.mktemp("corpus"))


def test_it_holds_names_and_no_text(corpus: Corpus) -> None:
    assert len(corpus) == len(DOCUMENTS) and [corpus.name_of(n) for n in range(len(corpus))] == list(DOCUMENTS) and corpus.name == "c"
    assert corpus.header.words == sum(map(len, DOCUMENTS.values()))
    data = corpus.path.read_bytes()
    assert b"w1" not in data.replace(b"\n", b"") and corpus.path.stat().st_mode & 0o777 == 0o600


@given(st.data())
def test_any_run_of_the_guaranteed_length_is_found_and_measured(corpus: Corpus, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([name for name, said in DOCUMENTS.items() if len(said) >= GUARANTEED]))
    said = DOCUMENTS[name]
    length = data.draw(st.integers(GUARANTEED, len(said)))
    at = data.draw(st.integers(0, len(said) - length))
    before, after = (data.draw(st.lists(st.sampled_from([f"other{n}" for n in range(50)]), max_size=70)) for _ in "ab")
    text = [*before, *said[at:at + length], *after]
    found = corpus.overlaps(Printer(KEY).prints(", ".join(text).upper()))
    assert [one.document for one in found] == [name]
    # Four bits a word are compared: a run looks longer by a word in one of sixteen, at each end.
    assert length <= found[0].tokens <= length + 8 and len(before) - 4 <= found[0].first <= len(before)
    assert found[0].covered == found[0].tokens


def test_what_is_shorter_or_other_is_not_told(corpus: Corpus) -> None:
    printer, said = Printer(KEY), DOCUMENTS["d4"]
    assert corpus.overlaps(printer.prints(" ".join(said[100:100 + GUARANTEED - 8]))) == []
    assert corpus.overlaps(printer.prints(" ".join(reversed(said)))) == []
    assert corpus.overlaps(printer.prints("")) == []
    assert corpus.overlaps(Printer(b"other").prints(" ".join(said))) == []


def test_several_runs_of_a_document_add_up_and_the_longest_comes_first(corpus: Corpus) -> None:
    a, b = DOCUMENTS["d4"], DOCUMENTS["d6"]
    text = [*a[:50], "x", *a[200:290], "y", *b[10:60], "z"]
    first, second = corpus.overlaps(Printer(KEY).prints(" ".join(text)))
    assert (first.document, second.document) == ("d4", "d6")
    assert 90 <= first.tokens <= 94 and 140 <= first.covered <= 148 and 50 <= second.tokens <= 54


def test_a_text_that_all_documents_hold_does_not_hide_what_one_holds(tmp_path: Path) -> None:
    licence = [f"licence{n}" for n in range(60)]
    many = made(tmp_path, {f"d{n}": [*licence, *(f"own{n}x{i}" for i in range(60))] for n in range(300)})
    assert many.overlaps(Printer(KEY).prints(" ".join(licence)))[0].tokens == 60
    found = many.overlaps(Printer(KEY).prints(" ".join([*licence, *(f"own250x{i}" for i in range(60))])))
    assert found[0].document == "d250" and found[0].tokens == 120


def test_a_text_made_to_match_everywhere_is_bounded(tmp_path: Path) -> None:
    same = made(tmp_path, {"d": ["poem"] * 20_000, "e": ["poem"] * 19_000})
    assert same.overlaps(Printer(KEY).prints("poem " * 20_000))[0].tokens == 20_000


@pytest.mark.parametrize("harm", ["cut", "flip", "empty", "other", "header"])
def test_a_damaged_file_is_told(corpus: Corpus, tmp_path: Path, harm: str) -> None:
    path, data = tmp_path / "c.corpus", bytearray(corpus.path.read_bytes())
    flipped, headless = bytearray(data), bytearray(data)
    flipped[-9] ^= 1
    headless[20] ^= 1
    path.write_bytes({"cut": data[:-1], "flip": flipped, "empty": b"", "other": b"hello" * 200, "header": headless}[harm])
    with pytest.raises(SentinelError, match="damaged; remove it"):
        Corpus(path, KEY)
    path.write_bytes(data)
    with pytest.raises(SentinelError, match=r"another pseudonym\.key"):
        Corpus(path, b"other")
    with pytest.raises(SentinelError, match="cannot be read"):
        Corpus(tmp_path / "none.corpus", KEY)


@given(st.binary(max_size=300))
def test_what_is_no_header_is_none(data: bytes) -> None:
    assert header_of(data) is None
