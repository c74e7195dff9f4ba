"""What the product takes: time, memory, tokens. `python -m benchmarks` measures everything and says which goals are met.

A module per subject with a function `measure() -> list[Figure]`; `harness` holds what they share, `processes` the children.
`vocabulary` measures nothing: it writes a table that the product uses.
"""
