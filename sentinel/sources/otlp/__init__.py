"""OpenTelemetry spans and log records that exporters send by OTLP/HTTP."""
