"""What is offered: the Credential Transparency Description Language, its documents, rules and formats. Pure."""
