"""Results of cases as JUnit XML, which every CI server shows.

In: results. Out: XML. What authors and logs wrote is made printable first: XML has no form at all for most control characters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.etree import ElementTree

from sentinel.rules.author.cases import Result
from sentinel.text import printable


def report(results: Sequence[Result], detail: Callable[[Result], Sequence[str]]) -> str:
    """A suite a rule file, a test case a case.

    Args:
        detail: more lines about one that failed.
    """
    root = ElementTree.Element("testsuites", _counts(results), name="sentinel rules test")
    for rule in dict.fromkeys(one.rule for one in results):
        own = [one for one in results if one.rule == rule]
        suite = ElementTree.SubElement(root, "testsuite", _counts(own), name=printable(rule))
        for one in own:
            case = ElementTree.SubElement(suite, "testcase", {
                "classname": printable(rule), "name": printable(one.name) or "the file", "file": printable(one.file), "line": str(one.line),
                "time": f"{one.seconds:.3f}"})
            if one.problem:
                failure = ElementTree.SubElement(case, "failure", message=printable(one.problem))
                failure.text = "\n".join([f"{printable(one.file)}:{one.line}", *map(printable, detail(one))])
    ElementTree.indent(root)
    return ElementTree.tostring(root, "unicode", xml_declaration=True) + "\n"


def _counts(results: Sequence[Result]) -> dict[str, str]:
    return {"tests": str(len(results)), "failures": str(sum(bool(one.problem) for one in results)), "errors": "0",
            "time": f"{sum(one.seconds for one in results):.3f}"}
