"""Skills of people and of work: frameworks, profiles, matching and its explanation. Pure."""
