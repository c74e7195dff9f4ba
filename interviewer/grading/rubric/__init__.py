"""The offline examiner: deterministic, no model, no network."""
