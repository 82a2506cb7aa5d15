"""From files to lines: which files there are, which file is which, how far each is read, and what wakes the reader."""
