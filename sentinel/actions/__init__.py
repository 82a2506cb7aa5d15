"""Actions: what a playbook's step can do. One file or one recipe each."""
