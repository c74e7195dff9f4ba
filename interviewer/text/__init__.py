"""Text and its parts: normalised and carried back to what was typed, cut into sentences and words, told by language. Knows no subject."""
