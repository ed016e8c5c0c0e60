"""Long work as data: queues and the processes that run them."""
