"""The HTTP face for machines: registry and VC-API."""
