"""What openler does: one use case a module. Each takes the outside world as one argument and returns a frozen result."""
