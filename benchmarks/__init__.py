"""What the product takes: time, memory, tokens. `python -m benchmarks` measures everything and says which goals are met.

A module per subject with a function `measure() -> list[Figure]`; `harness` holds what they share, `processes` the children.
`vocabulary` and `fit_curve` measure nothing: they write tables that the product uses.
"""
