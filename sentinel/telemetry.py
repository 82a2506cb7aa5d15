"""All metrics, in one place. Names follow `sentinel_<noun>_<verb>_<unit>_total`; labels never hold log text."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server


class Metrics:
    """The counters of one daemon. `listen` serves them to Prometheus on loopback."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.lines = self._counter("sentinel_lines_read", "Lines read.", "source")
        self.deadletters = self._counter("sentinel_deadletters_written", "Lines and documents not taken.", "source")
        self.skipped = self._counter("sentinel_bytes_skipped", "Bytes of NUL holes skipped.", "source")
        self.alerts = self._counter("sentinel_alerts_raised", "Alerts raised.", "rule")
        self.faults = self._counter("sentinel_extension_faults", "Errors raised by an extension.", "extension")
        self.reloads = self._counter("sentinel_reloads_done", "Reloads.", "result")
        self.lag = self._gauge("sentinel_source_lag_bytes", "Bytes written and not in the journal yet.", "source")
        self.late = self._gauge("sentinel_source_lag_seconds", "For how long the oldest of them has waited.", "source")
        self.unwritable = self._gauge("sentinel_journal_unwritable", "1 while the journal cannot be written.")
        self.trouble = self._gauge("sentinel_operational_lasting", "1 while something is wrong.", "kind", "subject")
        self.episodes = self._counter("sentinel_operational_begun", "Times that something went wrong.", "kind")
        self.groups_evicted = self._gauge("sentinel_correlation_groups_evicted", "Groups there was no room for, since the start.", "rule")
        self.entries_evicted = self._gauge("sentinel_correlation_entries_evicted", "What groups had no room for, since the start.", "rule")
        self.commit = Histogram("sentinel_commit_duration_seconds", "Time one commit took.", registry=self.registry)

    def _counter(self, name: str, text: str, label: str) -> Counter:
        return Counter(name, text, [label], registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, labels, registry=self.registry)

    def listen(self, address: str, port: int) -> None:
        """Serve /metrics. Raises: OSError when the port is taken."""
        start_http_server(port, address, registry=self.registry)
