"""The chat model: the one door to an OpenAI-compatible endpoint, what a request costs, and what a failure means."""
