"""pySigma's processing pipelines: how rules that were written for other field names, values or logsources are made to fit.

In: YAML files of pipelines. Out: `Pipelines`, which plan a detection and rename what correlations group by. pySigma's own classes
do the work on pySigma's form of the rule (see `pysigma.py`); what is about queries and not about matching is refused or left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from sentinel.config import yaml
from sentinel.config.mistakes import nearest
from sentinel.config.yaml import Key, Lines
from sentinel.errors import ConfigError, Mistake
from sentinel.rules.logsource import Logsource
from sentinel.rules.read import plan
from sentinel.rules.rule import Correlation
from sentinel.rules.tree import Node, Wrong

if TYPE_CHECKING:  # without pipelines pySigma is not needed, and takes a third of a second to import
    from sigma.processing.pipeline import ProcessingItem, ProcessingPipeline
    from sigma.rule import SigmaRule

# Sigma's own field names, as events of the daemon call them.
TAXONOMIES = Path(__file__).parents[1] / "taxonomy"

_REFUSED = {
    "query_expression_placeholders": "it makes queries of a database; use `value_placeholders`, or `placeholders:` in the config",
    "file_placeholders": "name the file under `placeholders:` in the config",
    "http_placeholders": "rules are read without the network; keep the values in a file under `placeholders:`",
    "command_placeholders": "rules run no command; keep the values in a file under `placeholders:`",
    "field_name_transform": "it needs Python; write a `field_name_mapping`",
}
_TOP = ("name", "priority", "vars", "transformations", "allowed_backends", "postprocessing", "finalizers")
_ABOUT_QUERIES = ("postprocessing", "finalizers")
# pySigma's own are ValueErrors.
_FAULTS = (TypeError, ValueError, AttributeError, KeyError, NotImplementedError, RecursionError)


class Pipelines:
    """All pipelines, one after another, the lowest priority first.

    Attributes: warnings: what of them has no effect here.
    """

    def __init__(self, items: Sequence[ProcessingItem] = (), variables: Mapping[str, Any] | None = None,
                 warnings: Sequence[Mistake] = ()) -> None:
        self.warnings, self._items, self._vars = tuple(warnings), list(items), dict(variables or {})

    def plan(self, detection: Any, known: SigmaRule | None, logsource: Logsource,
             placeholders: Mapping[str, Sequence[str]]) -> tuple[Node, Logsource]:
        """The tree of a detection, and its logsource, after all pipelines.

        Args:
            known: the rule as pySigma reads it, its detection aside; None for a filter.

        Raises: Wrong, its path beginning inside the detection.
        """
        if not self._items:
            return plan.plan(detection, placeholders), logsource
        rule = known or _bare(logsource)
        if not any(_may_touch(item, rule) for item in self._items):
            return plan.plan(detection, placeholders), logsource
        from sentinel.rules.read import pysigma

        plan.plan(detection, pysigma.Anything())  # its own mistakes first
        rule.detection = pysigma.detections(detection)
        self._apply(rule, placeholders)
        return pysigma.tree(rule.detection, placeholders), _logsource(rule)

    def rename(self, field: str, logsource: Logsource) -> str:
        """What a field of rules of this logsource is called in the end; of several names the first. Raises: Wrong."""
        rule = _bare(logsource)
        rule.fields = [field]
        if any(_may_touch(item, rule) for item in self._items):
            self._apply(rule, {})
        return str(rule.fields[0]) if rule.fields else field

    def _apply(self, rule: SigmaRule, placeholders: Mapping[str, Sequence[str]]) -> None:
        from sigma.processing.pipeline import ProcessingPipeline

        given = {name: list(values) for name, values in placeholders.items()}
        try:
            ProcessingPipeline(items=self._items, vars={**given, **self._vars}).apply(rule)
        except _FAULTS as error:
            raise Wrong(f"a pipeline refuses it: {error.args[0] if error.args else error}", "mend the rule or the pipeline") from error
        finally:
            for item in self._items:
                item._clear_pipeline()

    def correlation(self, rule: Correlation, bases: Mapping[str, Logsource]) -> Correlation:
        """The same with the fields it groups by and counts renamed, as those of the rules it listens to are.

        Args:
            bases: of the rules it listens to, those that are known, by id. Where they call a field differently, it becomes an alias.

        Raises: Wrong.
        """
        if not bases or not self._items:
            return rule
        aliases = {alias: {id_: self.rename(name, bases[id_]) if id_ in bases else name for id_, name in names.items()}
                   for alias, names in rule.aliases.items()}
        group_by: list[str] = []
        for field in rule.group_by:
            names = {id_: self.rename(field, logsource) for id_, logsource in bases.items()}
            if field in rule.aliases or len(set(names.values())) > 1:
                aliases.setdefault(field, names)
                group_by.append(field)
            else:
                group_by.append(next(iter(names.values())))
        first = next(iter(bases.values()))
        return replace(rule, group_by=tuple(group_by), aliases=aliases, fields=tuple(self.rename(name, first) for name in rule.fields))


NONE = Pipelines()


def read(paths: Iterable[Path] = (), *, taxonomies: bool = True) -> Pipelines:
    """Args: taxonomies: Sigma's own field names become those of the daemon's events; not for files of any origin.

    Raises: ConfigError with the mistakes of all files.
    """
    found: list[tuple[float, ProcessingPipeline]] = []
    mistakes: list[Mistake] = []
    warnings: list[Mistake] = []
    for path in [*paths, *(sorted(TAXONOMIES.glob("*.yml")) if taxonomies else ())]:
        try:
            document, lines = yaml.load(path)
            found.append(_pipeline(document, lines, warnings))
        except Wrong as wrong:
            mistakes.append(lines.mistake(wrong.path, wrong.what, wrong.do))
        except ConfigError as error:
            mistakes += error.mistakes
    if mistakes:
        raise ConfigError(mistakes)
    if not found:
        return NONE
    ordered = [one for _, one in sorted(found, key=lambda pair: pair[0])]
    for one in ordered:
        one._clear_pipeline()
    return Pipelines([item for one in ordered for item in one.items],
                     {name: value for one in ordered for name, value in one.vars.items()}, warnings)


def _pipeline(document: Any, lines: Lines, warnings: list[Mistake]) -> tuple[float, ProcessingPipeline]:
    if not isinstance(document, dict):
        raise Wrong("a pipeline is a mapping", "begin with `transformations:`")
    for key in document:
        if key not in _TOP:
            raise Wrong(f"unknown key {key!r}", nearest(key, _TOP), (str(key),))
    warnings += [lines.mistake((key,), "is about queries, and changes nothing that is matched here", "")
                 for key in _ABOUT_QUERIES if document.get(key)]
    priority, variables = document.get("priority", 0), document.get("vars") or {}
    if isinstance(priority, bool) or not isinstance(priority, (int, float)):
        raise Wrong("a priority is a number", "lower ones come first", ("priority",))
    if not isinstance(variables, dict):
        raise Wrong("`vars` is a mapping", "write `vars: {name: [values]}`", ("vars",))
    from sigma.processing.pipeline import ProcessingPipeline

    items = _items(document.get("transformations") or [], ("transformations",), Path(lines.file).stem)
    return priority, ProcessingPipeline(items=items, vars=variables)


def _items(given: Any, path: tuple[Key, ...], stem: str) -> list[ProcessingItem]:
    """Raises: Wrong."""
    if not isinstance(given, list):
        raise Wrong("a list of transformations is wanted", "begin each with `- type:`", path)
    return [_item(one, (*path, index), f"{stem}_{'_'.join(map(str, path[1::2]))}{index}") for index, one in enumerate(given)]


def _item(given: Any, path: tuple[Key, ...], name: str) -> ProcessingItem:
    from sigma.processing.pipeline import ProcessingItem
    from sigma.processing.transformations import transformations

    if not isinstance(given, dict) or not isinstance(given.get("type"), str):
        raise Wrong("a transformation is a mapping with a `type`", "begin with `- type:`", path)
    kind = given["type"]
    if kind in _REFUSED:
        raise Wrong(f"{kind} is not supported", _REFUSED[kind], (*path, "type"))
    if kind not in transformations:
        raise Wrong(f"unknown transformation {kind!r}", nearest(kind, set(transformations) - set(_REFUSED)), (*path, "type"))
    if kind == "nest":
        given = {**given, "items": _items(given.get("items"), (*path, "items"), name)}
    if kind == "add_condition":
        # pySigma would draw a name, and what is remembered of a rule must not hang on a drawn one.
        given = {"name": f"_cond_{name}", **given}
    try:
        return ProcessingItem.from_dict(given)
    except _FAULTS as error:
        raise Wrong(f"{kind}: {error.args[0] if error.args else error}", "see pySigma's documentation of pipelines", path) from error


def _bare(logsource: Logsource) -> SigmaRule:
    from sigma.rule import SigmaDetection, SigmaDetections, SigmaLogSource, SigmaRule
    from sigma.rule.logsource import EmptyLogSource

    named = logsource != Logsource()
    source = SigmaLogSource(logsource.category or None, logsource.product or None, logsource.service or None) if named else EmptyLogSource()
    return SigmaRule(title="-", logsource=source,
                     detection=SigmaDetections({"_": SigmaDetection.from_definition({"_": "_"})}, ["_"]))


def _logsource(rule: SigmaRule) -> Logsource:
    source = rule.logsource
    return Logsource(*(str(part or "").lower() for part in (source.category, source.product, source.service)))


def _may_touch(item: ProcessingItem, rule: SigmaRule) -> bool:
    """False when the rule's logsource alone rules it out, as it does for most rules: they are then planned as they stand."""
    if item.rule_condition_negation or item.rule_condition_linking is not all or not isinstance(item.rule_conditions, list):
        return True
    from sigma.processing.conditions import LogsourceCondition

    return all(one.match(rule) for one in item.rule_conditions if isinstance(one, LogsourceCondition))
