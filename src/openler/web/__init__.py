"""The HTTP face for people: pages that work without JavaScript."""
