"""Protected documents and canary strings, kept as keyed hashes: fingerprints, the files they stand in, and the folder of all."""
