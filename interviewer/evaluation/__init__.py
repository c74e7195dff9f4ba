"""How well an examiner's scores agree with people's, and what an attack gains: `interviewer eval`.

The rows are read in `rows`, judged in `run` (remembered in `journal`, written out by `predictions`), measured in `metrics`
and `summary`, set against another run in `compare` and shown by `table`; `command` puts the parts together.
"""
