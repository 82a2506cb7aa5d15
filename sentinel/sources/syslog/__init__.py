"""Messages that others send by syslog."""
