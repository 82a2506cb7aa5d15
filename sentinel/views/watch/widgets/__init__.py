"""Parts of the live view's screens."""
