"""Files: which there are, which is which, how far each is read, and what wakes the reader."""
