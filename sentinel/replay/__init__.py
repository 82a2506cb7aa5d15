"""Past logs through today's config, rules and playbooks: what would have been found and done. Nothing is done."""
