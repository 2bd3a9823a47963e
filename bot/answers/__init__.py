"""From acts to answers: operators over the table of facts, sections of the fiches, sums and interviews."""
