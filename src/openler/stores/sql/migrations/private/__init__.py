"""Migrations of the private wall."""
