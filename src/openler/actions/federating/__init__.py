"""Registries that follow one another: whom, how far, and whose document stands where they differ."""
