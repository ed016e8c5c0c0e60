"""What a region does about it: the census, what is missing, and the initiative that closes it."""
