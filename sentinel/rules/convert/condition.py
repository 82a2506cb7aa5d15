"""A rule's tree as a condition that a pySigma backend can write.

In: a tree, and how the indices hold each field. Out: pySigma's condition. What it finds is what the matcher finds: where an index
cannot say it, `Cannot` says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
)
from sigma.types import (
    SigmaBool,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaString,
    SigmaType,
)

from sentinel.records.event import FINDINGS
from sentinel.rules.convert import pattern
from sentinel.rules.convert.pattern import Cannot
from sentinel.rules.glob import Text, Wild, join
from sentinel.rules.tree import (
    All,
    Any_,
    Bool,
    Cidr,
    Compare,
    Exists,
    Item,
    Node,
    Not,
    Null,
    Number,
    Regex,
    Same,
    TimePart,
    Want,
)
from sentinel.rules.value import address_of, as_text, numeric

Condition = ConditionAND | ConditionOR | ConditionNOT | ConditionFieldEqualsValueExpression

STRINGS = frozenset({"keyword", "wildcard"})
NUMBERS = frozenset({"long", "float"})
_OPERATORS = {op.name.lower(): op for op in SigmaCompareExpression.CompareOperators}
# Of `index.max_regex_length`, which is 1000 unless the operator says otherwise.
_LONGEST = 1000


class Place(Struct, frozen=True):
    """Where an index holds a field.

    Attributes:
        name: under which its whole value is searched. kind: Elasticsearch's type of that. itself: the field's own name, where it is
            another: a value that is too long to be searched is there all the same.
    """

    name: str
    kind: str
    itself: str = ""


class Index(Struct, frozen=True):
    """How indices hold fields.

    Attributes:
        places: by field name. others: where a field is that none of them names; None: nowhere.
    """

    places: Mapping[str, Place]
    others: Callable[[str], Place] | None = None

    def place(self, name: str) -> Place:
        """Raises: Cannot."""
        found = self.places.get(name) or (self.others(name) if self.others else None)
        if found is None:
            raise Cannot(f"no index has the field {name}")
        return found

    def keywords(self) -> list[Place]:
        """Where to look for what names no field: not in findings, which are about the log and not in it."""
        return [place for name, place in sorted(self.places.items()) if not name.startswith(FINDINGS)]


def condition(node: Node, index: Index) -> Condition:
    """Raises: Cannot."""
    if isinstance(node, All):
        return ConditionAND([condition(part, index) for part in node.parts])
    if isinstance(node, Any_):
        return ConditionOR([condition(part, index) for part in node.parts])
    if isinstance(node, Not):
        return ConditionNOT([condition(node.part, index)])
    return _item(node, index)


def _item(item: Item, index: Index) -> Condition:
    if item.field is None:
        made = [_keyword(want, index) for want in item.wants]
    else:
        place = index.place(item.field)
        made = [_equals(place, value) for value in _values(item.field, place, item.wants)]
    return _joined(made, ConditionAND if item.every else ConditionOR)


def _values(name: str, place: Place, wants: Iterable[Want]) -> list[SigmaType]:
    try:
        return [_value(place, want) for want in wants]
    except Cannot as cannot:
        raise Cannot(f"{name}: {cannot}") from None


def _joined(made: Sequence[Condition], join_: type[ConditionAND | ConditionOR]) -> Condition:
    return made[0] if len(made) == 1 else join_([*made])


def _equals(place: Place, value: SigmaType) -> ConditionFieldEqualsValueExpression:
    name = place.itself if place.itself and isinstance(value, (SigmaExists, SigmaNull)) else place.name
    return ConditionFieldEqualsValueExpression(name, value)


def _keyword(want: Want, index: Index) -> Condition:
    text = Text((as_text(want.value) or "",)) if isinstance(want, (Number, Bool)) else want
    if isinstance(text, Text):
        text = Text(join((Wild.ANY, *text.parts, Wild.ANY)), text.cased)
    # A number that is looked for anywhere may be part of another; in fields that hold numbers there is only the whole.
    in_texts = [_equals(place, _value(place, text)) for place in index.keywords() if place.kind in STRINGS]
    in_numbers = [_equals(place, _exact(want.value)) for place in index.keywords() if place.kind in NUMBERS and isinstance(want, Number)]
    return _joined([*in_texts, *in_numbers], ConditionOR)


def _value(place: Place, want: Want) -> SigmaType:
    write = _WRITERS.get(type(want))
    if write is None:
        raise Cannot(_NEVER[type(want)])
    return write(place, want)


def _text(place: Place, want: Text) -> SigmaType:
    shape, only = want.shape()
    if shape == "any":
        return SigmaExists(True)
    if place.kind == "flattened" and shape == "equals" and (want.cased or pattern.caseless(only)):
        return _plain(only)
    if place.kind in STRINGS:
        return _plain(only) if shape == "equals" and (want.cased or pattern.caseless(only)) else _regex(pattern.of_text(want))
    if shape == "equals" and place.kind != "flattened":
        return _exactly(place, only)
    raise Cannot(_PARTS.get(place.kind, f"it is indexed as {place.kind}, where no part of a text can be looked for"))


def _exactly(place: Place, text: str) -> SigmaType:
    number = numeric(text)
    if place.kind in NUMBERS and number is not None:
        return _exact(number)
    if place.kind == "boolean" and text.lower() in ("true", "false"):
        return SigmaBool(text.lower() == "true")
    if place.kind == "ip" and (address := address_of(text)):
        return SigmaCIDRExpression(f"{address}/{address.max_prefixlen}")
    raise Cannot(f"it is indexed as {place.kind}, and {text!r} is none")


def _plain(text: str) -> SigmaString:
    made = SigmaString("")
    made.s = [text] if text else []
    return made


def _exact(number: int | float) -> SigmaNumber:
    """pySigma passes numbers through float, where 9007199254740993 is lost."""
    made = SigmaNumber(0)
    made.number = number
    return made


def _regex(lucene: str) -> SigmaRegularExpression:
    if len(lucene) > _LONGEST:
        raise Cannot(f"its pattern takes {len(lucene)} characters with both cases written out, and Elasticsearch takes {_LONGEST}; "
                     "look for a shorter part")
    return SigmaRegularExpression(lucene)


def _pattern(place: Place, want: Regex) -> SigmaType:
    if place.kind not in STRINGS:
        raise Cannot(_PARTS.get(place.kind, f"it is indexed as {place.kind}, where no pattern can be looked for"))
    return _regex(pattern.of_regex(want))


def _number(place: Place, want: Number) -> SigmaType:
    return _text(place, Text((str(want.value),))) if place.kind not in NUMBERS else _exact(want.value)


def _bool(place: Place, want: Bool) -> SigmaType:
    return SigmaBool(want.value) if place.kind == "boolean" else _text(place, Text((str(want.value).lower(),)))


def _compare(place: Place, want: Compare) -> SigmaType:
    if place.kind not in NUMBERS:
        raise Cannot(f"it is indexed as {place.kind}, where numbers have no order")
    return SigmaCompareExpression(_exact(want.bound), _OPERATORS[want.op])


def _cidr(place: Place, want: Cidr) -> SigmaType:
    if place.kind != "ip":
        raise Cannot(f"it is indexed as {place.kind} and not as an address; take source.ip")
    return SigmaCIDRExpression(str(want.network))


_WRITERS: dict[type, Callable[[Place, Any], SigmaType]] = {
    Text: _text, Regex: _pattern, Number: _number, Bool: _bool, Compare: _compare, Cidr: _cidr,
    Null: lambda place, want: SigmaNull(), Exists: lambda place, want: SigmaExists(want.wanted),
}
_PARTS = {
    "ip": "it is indexed as an address, of which no part can be looked for; write `|cidr`",
    "flattened": "no template has it, so it can be compared as a whole and with its case alone; write `|cased`",
}
_NEVER = {
    Same: "a query cannot compare two fields of a document",
    TimePart: "a query cannot ask for a part of a time",
}
