"""One reader a format: each makes a `Document` of what a person sees of it."""
