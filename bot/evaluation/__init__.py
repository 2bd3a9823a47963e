"""The strict judge: what answers must say, how they are graded, and what a run comes to."""
