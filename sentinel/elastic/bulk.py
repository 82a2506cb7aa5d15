"""One bulk request, and what the server made of each document.

In: documents. Out: a verdict for each, in order: taken, refused for good, or worth another try.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from elasticsearch import ApiError, Elasticsearch, TransportError
from msgspec import Struct

from sentinel.elastic.client import unreachable
from sentinel.elastic.documents import Document
from sentinel.elastic.schema import KINDS, known

_CONFLICT, _TOO_LARGE, _BAD = 409, 413, 400
# These 400s are about the place and not about the document: the cluster's shard limit, a closed index.
_PLACE = frozenset({"validation_exception", "index_closed_exception", "invalid_index_name_exception", "cluster_block_exception"})
_WANTED = ("items.*.status", "items.*.error.type", "items.*.error.reason", "items.*.error.caused_by.type")


class Verdict(Struct, frozen=True):
    """Attributes: reason: empty when taken; never quotes a value of the document."""

    kind: Literal["taken", "refused", "again"]
    reason: str = ""


TAKEN = Verdict("taken")


def send(client: Elasticsearch, documents: Sequence[Document]) -> list[Verdict]:
    """Raises: Unreachable when the request as a whole came to nothing (some documents may be there; sending again is safe)."""
    try:
        lines = [line for document in documents for line in document.operation]
        reply = client.bulk(operations=lines, filter_path=_WANTED)  # type: ignore[arg-type]
    except ApiError as error:
        if error.meta.status != _TOO_LARGE:
            raise unreachable(error) from error
        return _halved(client, documents)
    except TransportError as error:
        raise unreachable(error) from error
    return [_verdict(result) for item in reply["items"] for result in item.values()]


def _halved(client: Elasticsearch, documents: Sequence[Document]) -> list[Verdict]:
    if len(documents) == 1:
        return [Verdict("refused", f"larger than the server takes: {len(documents[0].body)} bytes")]
    half = len(documents) // 2
    return send(client, documents[:half]) + send(client, documents[half:])


def _verdict(result: dict[str, Any]) -> Verdict:
    status, error = int(result["status"]), result.get("error", {})
    # 409: it is there already, or (an incident) a newer version is.
    if status < 300 or status == _CONFLICT:
        return TAKEN
    refused = status in (_BAD, _TOO_LARGE) and error.get("type") not in _PLACE
    return Verdict("refused" if refused else "again", f"HTTP {status} {_reason(error)}")


def _reason(error: dict[str, Any]) -> str:
    """The server's own reason quotes the value it could not take, so only the names in it that we know are kept."""
    reason = str(error.get("reason", ""))
    field, mapped = _between(reason, "field [", "]"), _between(reason, "of type [", "]")
    parts = [str(error.get("type", "unknown"))]
    if any(field in known(kind) for kind in KINDS):
        parts.append(f"field {field}" + (f" of type {mapped}" if mapped.isidentifier() else ""))
    if cause := error.get("caused_by", {}).get("type"):
        parts.append(str(cause))
    return ": ".join(parts)


def _between(text: str, before: str, after: str) -> str:
    return text.partition(before)[2].partition(after)[0]
