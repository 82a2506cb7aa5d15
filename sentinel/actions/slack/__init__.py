"""Slack: one message per incident, edited as it goes on, its story in the thread. Or the same on a console."""
