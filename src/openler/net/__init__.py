"""The guarded way out: addresses that may be read, with caps and time limits."""
