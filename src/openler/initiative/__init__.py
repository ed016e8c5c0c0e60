"""A state's initiative: the guide's phases and steps, evidence, assessment and plan. Pure."""
