"""Why a rule fired or did not, for a person: the condition as a tree, what matched where, and what would have to be different.

In: `Explained` parts and windows of correlations. Out: lines that are safe to print.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from rich.text import Text

from sentinel.config.mistakes import nearest
from sentinel.rules.match.trace import Explained, Need, Place, needs
from sentinel.text import printable
from sentinel.views import terminal

Hides = Callable[[Any], bool]
# Characters of a value left and right of what matched, and of a value as a whole.
_LEFT, _RIGHT, _WHOLE = 40, 60, 120
_MOST_WANTS, _MOST_PLACES, _MOST_NEEDS = 6, 3, 8
HIDDEN = "the stored text is redacted: what stood there cannot be judged any more"
_KINDS = {"all": "all of", "any": "any of", "not": "not"}


def tree(part: Explained, hides: Hides = lambda value: False, depth: int = 0, negation: Explained | None = None) -> Iterator[tuple[Text, Text]]:
    """The condition, a line a part: (margin with the mark, what it is), then what its values were.

    Args:
        hides: whether a value is not what the rule once saw. negation: the `not` around this part, whose line it shares.
    """
    if part.kind == "not" and negation is None:
        yield from tree(part.parts[0], hides, depth, part)
        return
    margin = "  " * depth
    unsure = part.kind == "leaf" and doubtful(part, hides)
    yield Text.assemble(margin, _mark((negation or part).held, unsure), " "), _line(part, negation is not None)
    if part.kind == "leaf":
        below = Text(margin + "    ")
        yield from ((below, line) for line in _found(part, unsure))
    for one in part.parts:
        yield from tree(one, hides, depth + 1)


def _unicode() -> bool:
    return "utf" in (sys.stdout.encoding or "").lower()


def _mark(held: bool, unsure: bool) -> Text:
    if unsure:
        return Text("?", "bold yellow")
    yes, no = ("✓", "✗") if _unicode() else ("+", "-")
    return Text(yes, "bold green") if held else Text(no, "bold red")


def _line(part: Explained, negated: bool) -> Text:
    head = Text("not " if negated else "")
    if part.name:
        head.append(terminal.safe(part.name, "bold")).append(": " if part.kind != "not" else "")
    if part.kind == "leaf":
        return head.append(terminal.safe(f"{part.key}: {_listed(part.wants)}"))
    return head.append(_KINDS[part.kind])


def _listed(wants: Sequence[str], joint: str = ", ") -> str:
    more = f"{joint}… {len(wants) - _MOST_WANTS} more" if len(wants) > _MOST_WANTS else ""
    return joint.join(_quoted(want) for want in wants[:_MOST_WANTS]) + more


def _quoted(want: str) -> str:
    """As it is, but for spaces at its ends, which nobody would see."""
    told = printable(want, _WHOLE)
    return told if want == want.strip(" ") else f"'{told}'"


def _found(leaf: Explained, unsure: bool) -> Iterator[Text]:
    for place in leaf.places[:_MOST_PLACES]:
        yield _placed(place, named=leaf.field is None)
    if len(leaf.places) > _MOST_PLACES:
        yield Text(f"and {len(leaf.places) - _MOST_PLACES} more", "dim")
    if not leaf.places and leaf.field is not None:
        yield terminal.safe(f"it is {_shown(leaf.value)}" if leaf.there else "the event has no such field", "dim")
    for other, value in leaf.others.items():
        yield terminal.safe(f"{printable(other)} is {_shown(value)}" if value is not None else f"the event has no field {printable(other)}", "dim")
    if unsure:
        yield Text(HIDDEN, "yellow")


def _placed(place: Place, named: bool) -> Text:
    """The value around its match, which stands between marks."""
    text, left, right = place.text, *(("»", "«") if _unicode() else (">>", "<<"))
    start, end = (place.start, place.end) if place.end else (0, len(text))
    begin, finish = max(0, start - _LEFT), min(len(text), min(end, start + _WHOLE) + _RIGHT)
    matched = text[start:end] if end - start <= _WHOLE else f"{text[start:start + _WHOLE]}"
    cut = f"… (+{end - start - _WHOLE})" if end - start > _WHOLE else ""
    after = "" if cut else text[end:finish]
    line = terminal.safe(f"{place.field} is " if named else "it is ", "dim")
    if (start, end) == (0, len(text)):
        return line.append(terminal.safe(printable(matched), "bold")).append(cut, "dim")
    line.append(terminal.safe(("…" if begin else "") + printable(text[begin:start]), "dim"))
    line.append(left, "bold").append(terminal.safe(printable(matched), "bold")).append(right, "bold").append(cut, "dim")
    return line.append(terminal.safe(printable(after) + ("…" if not cut and finish < len(text) else ""), "dim"))


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"[{', '.join(_shown(one) for one in value[:_MOST_WANTS])}{', …' if len(value) > _MOST_WANTS else ''}]"
    if isinstance(value, bool):
        return str(value).lower()
    return printable(str(value), _WHOLE) if value != "" else "empty"


def doubtful(leaf: Explained, hides: Hides) -> bool:
    """Whether a leaf that found nothing might have found it before the text was redacted."""
    return not leaf.places and leaf.field is not None and leaf.there and hides(leaf.value)


def why_not(part: Explained, fields: Collection[str], hides: Hides = lambda value: False) -> list[str]:
    """What would have to be different for the condition to hold, a sentence each; empty when it holds."""
    found = needs(part)
    more = [f"… and {len(found) - _MOST_NEEDS} more"] if len(found) > _MOST_NEEDS else []
    return [sentence(need, fields, hides) for need in found[:_MOST_NEEDS]] + more


def sentence(need: Need, fields: Collection[str], hides: Hides = lambda value: False) -> str:
    """One leaf that would have to come out otherwise, and what it is."""
    leaf = need.leaf
    return f"{printable(leaf.field or 'any field')} {_wanted(need)}; {_is(leaf, fields)}" + (
        f" ({HIDDEN})" if doubtful(leaf, hides) else "")


# Modifier -> (what the value would have to do, what it would have to stop doing).
_DOING = {
    "contains": ("contained", "did not contain"), "startswith": ("began with", "did not begin with"),
    "endswith": ("ended in", "did not end in"), "re": ("matched", "did not match"), "cidr": ("were in", "were not in"),
    "gte": ("were at least", "were less than"), "gt": ("were more than", "were at most"),
    "lte": ("were at most", "were more than"), "lt": ("were less than", "were at least"),
}


def _wanted(need: Need) -> str:
    leaf, given = need.leaf, need.leaf.key.split("|")[1:]
    # What `neq` asks for is that its values are not met.
    holds = need.holds is not leaf.negated
    if "exists" in given:
        return "were there" if (leaf.wants == ("true",)) is holds else "were not there"
    doing = next((_DOING[name] for name in reversed(given) if name in _DOING), None)
    if doing is None and leaf.field is None:
        doing = _DOING["contains"]
    verb = (doing or ("were", "were not"))[0 if holds else 1]
    part = next((f"the {name} of " for name in ("minute", "hour", "day", "week", "month", "year") if name in given), "")
    other = "the field " if "fieldref" in given else ""
    wants = (leaf.lacks if leaf.every else leaf.wants) if holds else tuple(dict.fromkeys(place.want for place in leaf.places)) or leaf.wants
    cased = " (case counts)" if holds and ("cased" in given or ("re" in given and not {"i", "ignorecase"} & set(given))) else ""
    return f"{verb} {part}{other}{_listed(wants, ' and ' if leaf.every and holds else ' or ')}{cased}"


def _is(leaf: Explained, fields: Collection[str]) -> str:
    if leaf.field is None:
        return "it is in " + ", ".join(dict.fromkeys(printable(p.field) for p in leaf.places)) if leaf.places else "no value does"
    if not leaf.there:
        return "the event has no such field" + (f"; {meant}" if (meant := nearest(leaf.field, fields, "")) else "")
    near = {"case": ", which differs in case only", "contains": ", which holds it; `|contains` would match"}.get(leaf.near, "")
    return f"it is {_shown(leaf.value)}{near}"
