"""Sigma rules: YAML in, firings out."""
