"""The dialogue: what happens next (flow), the use cases (service) and durable grading (worker)."""
