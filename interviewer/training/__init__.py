"""What was missed comes back: what a person is to remember, when it is asked again, and how that goes."""
