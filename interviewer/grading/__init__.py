"""Judging answers: what both examiners share (evidence, scoring, form of an answer), the offline one in `rubric`, the model one in `llm`."""
