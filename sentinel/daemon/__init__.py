"""The long-running process: starts and stops the threads, tells systemd how it is, reloads."""
