"""The pages. Nothing here decides anything about an interview."""
