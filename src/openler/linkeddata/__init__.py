"""JSON-LD, RDF and canonical forms. Pure: no context is ever fetched, everything is an argument."""
