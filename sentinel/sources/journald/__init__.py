"""Entries of systemd's journal."""
