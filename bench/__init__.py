"""Benchmarks that print JSON: ``python -m bench NAME [--size N]``. Each is a module here; README.md explains every key."""
