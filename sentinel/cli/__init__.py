"""The command line: one file per command or group of commands, each of which parses, calls and prints."""
