"""Judging answers: pure rules (text, cues, evidence, scoring) and the two examiners."""
