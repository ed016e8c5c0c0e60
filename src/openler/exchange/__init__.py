"""Protocol messages and their states. Pure."""
