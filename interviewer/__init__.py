"""A mock interviewer that grades with evidence. See README.md for the way an answer takes through the rooms."""

__version__ = "0.1.0"
