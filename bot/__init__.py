"""Assistant FAST: answers in French, with sources, on the State's startup acceleration fund."""
