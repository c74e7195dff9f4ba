"""What an operator sees of the running application: lines of the log and what they are about, and figures for Prometheus.

Nothing that a candidate, a model or a prompt says is in any of it; neither is a key.
"""
