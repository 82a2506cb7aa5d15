"""The connection: TLS, credentials, and what a failure is called.

In: the `elasticsearch:` section of the config. Out: a client, or a sentence that says what is wrong.
"""

from __future__ import annotations

import logging
import ssl

from elasticsearch import ApiError, Elasticsearch, TransportError

from sentinel.config.model import ElasticsearchConfig
from sentinel.errors import SentinelError
from sentinel.text import printable

# A line for each request and each failed try; the shipper says once what matters of it.
logging.getLogger("elastic_transport").setLevel(logging.ERROR)

# A bulk that is still being written when this is over is sent again: derived ids make that harmless.
_TIMEOUT_SECONDS = 30


class Unreachable(SentinelError):
    """The request as a whole came to nothing; the same one may work later."""


def connect(config: ElasticsearchConfig) -> Elasticsearch:
    """A client; it has not said a word to the server yet.

    Raises: SentinelError when the CA file cannot be used.
    """
    options: dict[str, object] = {}
    if config.api_key.get_secret_value():
        options["api_key"] = config.api_key.get_secret_value()
    elif config.username:
        options["basic_auth"] = (config.username, config.password.get_secret_value())
    if any(url.startswith("https:") for url in config.urls):
        options["ssl_context"] = _trust(config)
    # One try per node: waiting and trying again is the shipper's, which knows what must not be lost.
    return Elasticsearch(config.urls, request_timeout=_TIMEOUT_SECONDS, max_retries=len(config.urls) - 1,
                         retry_on_timeout=False, retry_on_status=(), **options)  # type: ignore[arg-type]


def _trust(config: ElasticsearchConfig) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(config.ca_file) if config.ca_file else None)
    except OSError as error:  # ssl.SSLError is one too: not PEM
        raise SentinelError(f"elasticsearch.ca_file {config.ca_file}: {error.strerror or 'not a PEM certificate'}; "
                            "name the CA's certificate as PEM") from error


def unreachable(error: ApiError | TransportError) -> Unreachable:
    """What went wrong as one sentence, without a word of any document."""
    if isinstance(error, ApiError):
        status = error.meta.status
        return Unreachable(f"HTTP {status} {_kind(error)}" + _ADVICE.get(status, ""))
    cause = _innermost(error)
    return Unreachable(f"{type(error).__name__}: {printable(getattr(cause, 'strerror', None) or str(cause), 200)}")


def _innermost(error: BaseException) -> BaseException:
    """What the operating system or TLS said, under three wrappings."""
    inner = next(iter(getattr(error, "errors", ())), None) or error.__cause__ or error.__context__
    return _innermost(inner) if inner is not None else error


_ADVICE = {
    401: "; check elasticsearch.username, password and api_key",
    403: "; the credentials lack a right",
    429: "; it is busy",
}


def _kind(error: ApiError) -> str:
    body = error.body
    kind = body.get("error") if isinstance(body, dict) else None
    return printable(str(kind.get("type", "")) if isinstance(kind, dict) else "", 100)


def probe(config: ElasticsearchConfig) -> str:
    """For `sentinel check`: reach the server without changing anything. Returns a sentence. Raises: SentinelError."""
    client = connect(config)
    try:
        health = client.cluster.health(timeout="5s")
        return f"Elasticsearch cluster {printable(str(health['cluster_name']), 60)} is {health['status']}{_version(client)}"
    except ApiError as error:
        # A key that may only write documents may not ask for the cluster's health, and is let in all the same.
        if error.meta.status == 403:
            return "Elasticsearch takes the credentials (they may not ask for the cluster's health)"
        raise unreachable(error) from error
    except TransportError as error:
        raise unreachable(error) from error
    finally:
        client.close()


def _version(client: Elasticsearch) -> str:
    try:
        nodes = client.nodes.info(filter_path="nodes.*.version")["nodes"].values()
    except ApiError:
        return ""
    return ", version " + printable(", ".join(sorted({node["version"] for node in nodes})), 60)
