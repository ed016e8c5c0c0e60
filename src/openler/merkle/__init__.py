"""PURE. Merkle trees as RFC 9162, section 2.1, defines them: a short proof shows that an entry stands in a log, or that a log only grew.

:mod:`~openler.merkle.tree` is the mathematics; :mod:`~openler.merkle.tiles` lays a tree out so that it is stored and read cheaply.
"""
