"""A format turns a line into an event's time and fields. One YAML mapping, or one Python file, each."""
