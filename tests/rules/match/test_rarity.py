"""What is rare, as the rules tell it."""

from __future__ import annotations

from typing import Any

from sentinel.rules.match.rarity import Rarity
from sentinel.rules.read.plan import plan


def rarity(*selections: dict[str, Any]) -> Rarity:
    return Rarity(plan({"s": one, "condition": "s"}) for one in selections)


def test_longer_words_are_rarer() -> None:
    shares = [Rarity().of_word("mimikatz"[:length]) for length in range(1, 8)]
    assert shares == sorted(shares, reverse=True)
    assert Rarity().of_word("00:00") > Rarity().of_word("00:ab")
    assert Rarity().of_word("\u202e") < Rarity().of_word("x")


def test_what_many_rules_name_is_ordinary() -> None:
    some = rarity(*({"Image|endswith": f"\\\\{name}.exe"} for name in ("procdump", "rubeus", "certify", "psexec")))
    assert some.of_word("\\rubeus.exe") < some.of_word(".exe")


def test_what_few_rules_ask_of_a_field_is_rare() -> None:
    some = rarity({"EventType": "SetValue"}, {"EventType": "SetValue"}, {"EventType": "RenameKey"}, {"EventID": 4104}, {"EventID": 1})
    assert some.of_value("EventType", "setvalue") > some.of_value("EventType", "renamekey")
    assert some.of_value("EventID", 4104) == some.of_value("EventID", 1) < some.of_value("EventType", "setvalue")
