"""Organisations, roles, tokens, permissions, audit events. Pure."""
