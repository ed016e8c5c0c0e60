"""Migrations of the registry wall."""
