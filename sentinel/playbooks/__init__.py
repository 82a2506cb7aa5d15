"""Playbooks: which steps answer an incident, and the one engine that carries them out."""
