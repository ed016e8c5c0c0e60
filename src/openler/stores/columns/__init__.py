"""The registry in columns: the projection that answers the national Registry's query language.

    shred.py       documents become rows: what refers to what, which texts, which numbers
    segments.py    rows of one batch become a segment of packed columns in a SQLite file; small segments are merged
    snapshot.py    one moment of that file as arrays, kept as long as they are used
    evaluate.py    a condition becomes one bit a node
    relations.py   what stands at the end of a path from a node
    index.py       the projection and the port

A segment never changes. A node's number is its place in the order in which nodes came in, for good: a document that is
published again gets new numbers, the old ones are marked as gone. Hence newest first is the order of the numbers.
"""
