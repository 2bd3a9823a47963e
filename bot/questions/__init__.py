"""From words to acts: spans, the reader and its training, what a turn means in its conversation."""
