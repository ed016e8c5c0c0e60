"""Databases, indexes and files behind the ports."""
