"""The programme's documents: read, cut into passages, embedded, indexed, searched."""
