"""Long work in chunks: jobs that are begun, taken up again, listed and forgotten."""
