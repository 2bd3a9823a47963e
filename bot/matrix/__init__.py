"""The bot in Matrix: the one door to nio."""
