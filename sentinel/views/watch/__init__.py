"""The live view. `feed` is the only reader of the journal; screens and widgets show what it holds."""
