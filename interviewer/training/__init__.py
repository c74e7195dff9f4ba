"""What was missed comes back: the memory of rubric points, trained to the day of the interview."""
