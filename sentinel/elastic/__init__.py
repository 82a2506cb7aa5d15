"""Elasticsearch: what the journal holds, shipped so that a fleet can be searched as one."""
