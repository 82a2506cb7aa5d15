"""Rules as queries of Elasticsearch.

In: rules as the matcher has them (filters joined, placeholders given), and how the indices hold their fields. Out: queries that
find what the matcher finds, or a sentence that says why there is none.
"""
