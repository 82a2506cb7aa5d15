from __future__ import annotations

from sentinel import detectors
from sentinel.detectors import Settings, Texts
from sentinel.detectors.pii import Pii
from sentinel.detectors.secrets import Secrets

TEXT = "Mail ann@example.com or call +44 20 7946 0958."


def found(settings: Settings) -> list[str]:
    return [f.type for f in Texts([Pii(None, settings)]).inspect(TEXT).spans]


def test_a_type_that_is_off_is_not_looked_for() -> None:
    assert found(Settings(off=frozenset({"EMAIL"}))) == ["PHONE"]
    assert len(Pii(None, Settings(off=frozenset({"EMAIL"}))).patterns) < len(Pii().patterns)


def test_a_finding_must_be_as_sure_as_is_asked() -> None:
    assert found(Settings({"EMAIL": 0.99})) == ["PHONE"]


def test_less_than_usual_may_be_asked() -> None:
    text, few = "order 536 22 1948", Settings({"US_SSN": 0.0})
    assert Texts([Pii()]).inspect(text).spans == []
    assert "US_SSN" in [f.type for f in Texts([Pii(None, few)]).everything(text)]


def test_the_folder_is_that_of_the_kind() -> None:
    assert "EMAIL" in {entry.type for entry in Pii.entries()}
    assert {entry.type.partition(".")[0] for entry in Secrets.entries()} == {"secret"}
    assert {type(d) for d in detectors.load()} >= {Pii, Secrets}
