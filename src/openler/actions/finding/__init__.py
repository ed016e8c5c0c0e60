"""What is offered, read: one resource or many, as people, clients of the national Registry and search ask for it."""
