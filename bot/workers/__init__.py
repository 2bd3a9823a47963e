"""Worker processes: what may take too long, or too much memory, is done where it can be killed."""
