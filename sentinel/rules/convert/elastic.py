"""Rules as Elasticsearch's queries, written by pySigma's backend.

In: rules that work together, and how the indices hold fields. Out: for each rule that alerts, its query in one of `FORMATS`, or why
there is none. The backend writes; which fields, which case and which absence are meant is said before it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace
from sigma.backends.elasticsearch.elasticsearch_eql import EqlBackend
from sigma.backends.elasticsearch.elasticsearch_esql import ESQLBackend
from sigma.backends.elasticsearch.elasticsearch_lucene import LuceneBackend
from sigma.conversion.base import TextQueryBackend
from sigma.conversion.state import ConversionState
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaError
from sigma.rule import SigmaRule

from sentinel.clock import SECOND
from sentinel.records.event import CATEGORIES
from sentinel.rules.convert.condition import Index, condition
from sentinel.rules.convert.pattern import Cannot
from sentinel.rules.glob import Text
from sentinel.rules.rule import Correlation, Detection, Rule, RuleInfo, only_heard
from sentinel.rules.tree import Exists, Item, Node, both

_STAND_IN = {"selection": {"field": "value"}, "condition": "selection"}


class _Offline:
    """Kibana's rules name ATT&CK's techniques; the backend would download their names for that, so it is not asked."""

    def finalize_output_threat_model(self, tags: Any) -> list[dict[str, Any]]:
        return []


class _Lucene(_Offline, LuceneBackend):
    # In `field:(-5 OR 1)` the dash would mean `not`.
    convert_or_as_in = False

    def convert_condition_field_eq_val_num(self, cond: Any, state: ConversionState) -> str:
        return f"{self.escape_and_quote_field(cond.field)}:{str(cond.value).replace('-', chr(92) + '-')}"

    def finalize_query_dsl_lucene(self, rule: Any, query: str, index: int, state: ConversionState) -> dict[str, Any]:
        # Not lenient: a pattern that the server will not run is an error and not a search that finds nothing.
        return {"query": {"bool": {"filter": [{"query_string": {"query": query, "lenient": False}}]}}}


class _Eql(_Offline, EqlBackend):
    # Its lists are of strings.
    convert_or_as_in = False
    # Both cases are written out where either is meant.
    re_expression = '{field} regex "{regex}"'
    re_escape = ('"',)
    field_exists_expression = "?{field} != null"
    field_not_exists_expression = "?{field} == null"


class _Esql(_Offline, ESQLBackend):
    def convert_condition_not(self, cond: Any, state: ConversionState) -> str:
        """A comparison with an absent field is null in ES|QL, and so is its opposite; in Sigma `not` then holds."""
        return f"not coalesce({self.convert_condition(cond.args[0], state)}, false)"


class Format(Struct, frozen=True):
    """Attributes: backend: what writes it. inner: what the backend calls it."""

    backend: type[TextQueryBackend]
    inner: str = "default"


FORMATS = {
    "lucene": Format(_Lucene),
    "dsl": Format(_Lucene, "dsl_lucene"),
    "kibana": Format(_Lucene, "kibana_ndjson"),
    "siem-rule": Format(_Lucene, "siem_rule_ndjson"),
    "esql": Format(_Esql),
    "eql": Format(_Eql),
}


class Converted(Struct, frozen=True):
    """Attributes: query: text or, in formats that are JSON, an object; None when there is none, for the `reason`."""

    rule: RuleInfo
    query: Any = None
    reason: str = ""


def convert(rules: Sequence[Rule], index: Index, indices: str, form: str = "lucene") -> Iterator[Converted]:
    """What alerts, in the rules' order. Rules that only correlations listen to are parts of those.

    Args:
        rules: as `load` returns them. indices: where to search, as "sentinel-events-*". form: one of `FORMATS`.
    """
    writer = _Writer({rule.info.id: rule for rule in rules}, index, indices, FORMATS[form])
    heard = only_heard(rules)
    for rule in rules:
        if rule.info.id not in heard:
            try:
                yield Converted(rule.info, writer.query(rule))
            except Cannot as cannot:
                yield Converted(rule.info, reason=str(cannot))
            except (SigmaError, NotImplementedError) as error:
                yield Converted(rule.info, reason=str(error.args[0] if error.args else error))


class _Writer:
    def __init__(self, rules: Mapping[str, Rule], index: Index, indices: str, form: Format) -> None:
        self._rules, self._index, self._indices, self._form = rules, index, indices, form
        options: dict[str, Any] = {} if form.backend is _Esql else {"index_names": [indices]}
        self._backend = form.backend(**options)
        self._backend.init_processing_pipeline()

    def query(self, rule: Rule) -> Any:
        """Raises: Cannot, SigmaError, NotImplementedError."""
        if isinstance(rule, Correlation):
            return self._correlation(rule)
        about, state = _about(rule.info), self._state()
        return self._backend.finalize_query(about, self._search(rule, about, state), 0, state, self._form.inner)

    def _state(self) -> ConversionState:
        return ConversionState(processing_state={"index": self._indices})

    def _search(self, rule: Detection, about: SigmaRule, state: ConversionState) -> Any:
        written = str(self._backend.convert_condition(condition(_within(rule), self._index), state))
        if self._form.backend is not _Lucene:
            # Their strings end at a line's end.
            written = written.replace("\n", "\\n").replace("\r", "\\r")
        return self._backend.finish_query(about, written, state)

    def _correlation(self, rule: Correlation) -> Any:
        if self._form.backend is not _Esql:
            raise Cannot("a correlation counts over several events; take --format esql")
        _refuse(rule)
        made: list[Any] = []
        for id_ in rule.rules:
            below, state = self._rules[id_], self._state()
            if not isinstance(below, Detection):
                raise Cannot("ES|QL cannot count what another correlation found")
            about = _about(below.info)
            about.set_conversion_result([self._search(_grouped(below, rule.group_by), about, state)])
            about.set_conversion_states([state])
            made.append(about)
        return self._backend.convert_correlation_rule(self._correlated(rule, made))[0]

    def _correlated(self, rule: Correlation, made: list[Any]) -> SigmaCorrelationRule:
        names = [self._index.place(name).name for name in rule.group_by]
        body: dict[str, Any] = {"type": rule.info.kind, "rules": [str(one.id or one.name) for one in made],
                                "timespan": f"{rule.span // SECOND}s", "group-by": names}
        if rule.bounds:
            [(operator, bound)] = rule.bounds.pairs
            body["condition"] = {operator: bound, **({"field": self._index.place(rule.fields[0]).name} if rule.fields else {})}
        parsed = SigmaCorrelationRule.from_dict({"title": rule.info.title or "-", "correlation": body})
        parsed.referenced_rules = list(parsed.rules or ())
        for reference, one in zip(parsed.referenced_rules, made, strict=True):
            reference.rule = one
        return parsed


def _refuse(rule: Correlation) -> None:
    """Raises: Cannot, for what the backend would write and mean something else by."""
    if rule.info.kind not in ("event_count", "value_count", "temporal"):
        raise Cannot(f"ES|QL has no {rule.info.kind} here")
    if rule.aliases or rule.expression is not None:
        raise Cannot("ES|QL cannot have " + ("aliases" if rule.aliases else "a condition over rules"))
    if len(rule.fields) > 1:
        raise Cannot("ES|QL counts values of one field, not of several together")
    if rule.bounds and len(rule.bounds.pairs) > 1:
        raise Cannot("a range in the condition has no counterpart; write one operator")


def _within(rule: Detection) -> Node:
    """The rule, on events of its category alone."""
    if rule.info.category not in CATEGORIES:
        return rule.tree
    return both([Item("event.category", (Text((rule.info.category,), cased=True),)), rule.tree])


def _grouped(rule: Detection, fields: Sequence[str]) -> Detection:
    """An event that lacks a group-by field is in no group, where ES|QL would make one of all of them."""
    return replace(rule, tree=both([rule.tree, *(Item(field, (Exists(True),)) for field in fields)]))


def _about(info: RuleInfo) -> SigmaRule:
    """What formats that carry more than a query ask of a rule."""
    return SigmaRule.from_dict({
        "title": info.title or "-", "name": info.name or info.id, "level": info.level, "tags": list(info.tags),
        "description": info.description or info.title, "falsepositives": list(info.falsepositives),
        "logsource": {"category": info.category or "any"}, "detection": _STAND_IN,
        **({"id": info.id} if _is_uuid(info.id) else {}),
    }, collect_errors=True)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False

