"""Detectors look at an event's texts and add findings and `sentinel.*` fields for rules to read."""
