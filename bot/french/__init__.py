"""What French words say by themselves: editions, moments, and the one scan of a text."""
