"""What is offered, written and proved: documents are judged and published, pass to others, leave, and every step can be audited."""
