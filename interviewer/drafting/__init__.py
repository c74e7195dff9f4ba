"""From somebody's text to a draft of questions: reading files, finding the questions, drafting the rest, proposing duplicates."""
