"""The language model: it words answers that are already made, and proposes what a question may ask; never a fact."""
