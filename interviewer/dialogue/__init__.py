"""Talking with the candidate: what kind of message came, what is said to it, and to an answer."""
