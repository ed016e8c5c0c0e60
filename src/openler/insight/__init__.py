"""Counting what is published: census, coverage, gaps, outcomes. Pure over rows."""
