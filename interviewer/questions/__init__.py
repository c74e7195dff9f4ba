"""The question bank and its vector index."""
