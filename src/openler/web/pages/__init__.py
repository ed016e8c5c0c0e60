"""One feature a module, each with a ``router``."""
