"""Cryptosuites, one a file, found by name in one table."""
