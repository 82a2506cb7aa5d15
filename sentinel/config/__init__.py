"""The configuration: YAML that remembers its lines, and the model that validates it."""
