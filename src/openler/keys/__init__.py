"""Private keys, encrypted at rest, found by URI scheme."""
