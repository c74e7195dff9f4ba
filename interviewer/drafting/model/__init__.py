"""What a language model adds to a draft: questions that were overlooked, the other language, a rubric. Code finds every quote and marks the rest."""
