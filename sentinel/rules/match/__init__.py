"""From an event to firings: rules compiled once, and the guards that rule most of them out."""
