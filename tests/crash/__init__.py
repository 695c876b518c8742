"""Fifty people answer at once while the servers are killed under them; then it is counted what was kept.

`make crash`, or `python -m tests.crash --help`. It runs a database, a Redis and a web server of its own in a temporary
folder. See `docs/decisions/nothing-lost.md`.
"""
