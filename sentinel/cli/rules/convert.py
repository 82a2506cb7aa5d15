"""`sentinel rules convert`: rules as queries for elsewhere."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sentinel.cli.options import ConfigFile, Json, example
from sentinel.cli.rules._where import PipelineFiles, PlaceholdersFile, Where, loaded_from, tell_mistakes
from sentinel.text import printable

if TYPE_CHECKING:
    from sentinel.rules.convert.condition import Index
    from sentinel.rules.rule import RuleInfo


class To(StrEnum):
    elasticsearch = "elasticsearch"


class Form(StrEnum):
    """A test holds these against `convert.elastic.FORMATS`, which takes half a second to load."""

    lucene = "lucene"
    dsl = "dsl"
    esql = "esql"
    eql = "eql"
    kibana = "kibana"
    siem_rule = "siem-rule"


def add_to(group: typer.Typer) -> None:
    @group.command(epilog=example(
        "sentinel rules convert --to elasticsearch rules/llm/secret_in_prompt.yml",
        "sentinel rules convert --to elasticsearch --format siem-rule rules/ > import.ndjson"))
    def convert(
        path: Where = None, config: ConfigFile = None, json: Json = False, pipeline: PipelineFiles = None,
        placeholders: PlaceholdersFile = None,
        to: Annotated[To, typer.Option("--to", help="Where the queries are for.")] = To.elasticsearch,
        form: Annotated[Form, typer.Option("--format", help=(
            "lucene: query strings; dsl: bodies of searches; esql: ES|QL, correlations too; eql: EQL; kibana: saved searches; "
            "siem-rule: detection rules of Elastic Security."))] = Form.lucene,
        indices: Annotated[str, typer.Option("--indices", metavar="PATTERN", help="Where they search.")] = "sentinel-events-*",
    ) -> None:
        """Write rules as queries of Elasticsearch. They search the indices that sentinel ships events to. What cannot be
        said as a query is told on standard error, and the rest goes on. Exit 1 when there was any.
        """
        from sentinel.rules.convert import elastic
        from sentinel.views import terminal

        loaded = loaded_from(path, config, pipeline, placeholders)
        written, left_out = 0, len(loaded.mistakes)
        tell_mistakes(loaded)
        for one in elastic.convert(loaded.rules, _events(), indices, form.value):
            if one.reason:
                left_out += 1
                print(printable(f"{one.rule.file}:{one.rule.line}: {one.rule.title}: {one.reason}"), file=sys.stderr)
                continue
            written += 1
            if json:
                terminal.put_json({"rule": one.rule.id, "title": one.rule.title, "query": one.query})
            else:
                _put(one.rule, one.query)
        print(f"{written:,} rule(s) are queries, {left_out:,} left out", file=sys.stderr)
        raise typer.Exit(1 if left_out else 0)


def _put(rule: RuleInfo, query: Any) -> None:
    """JSON to import as it is, a line each; text under its rule's title, as it is pasted."""
    from sentinel.views import terminal

    if not isinstance(query, str):
        terminal.put_json(query)
        return
    terminal.say(f"# {rule.level}: {rule.title}", "bold" if terminal.width() else "")
    for line in query.split("\n"):
        print(printable(line))
    print()


def _events() -> Index:
    """How the indices hold the fields of events."""
    from sentinel.elastic import schema
    from sentinel.rules.convert.condition import Index, Place

    return Index({name: Place(*where, name) for name, where in schema.searched().items()}, lambda name: Place(*schema.unmapped(name)))
