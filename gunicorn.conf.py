"""How the web server runs, read by gunicorn from the folder it starts in.

Threads wait for the database, processes for the processor: as many processes as processors, since what takes time is
drawing pages, in Python. Few threads would be enough for that; the others are there for those who upload or download
slowly. Who waits with an open connection and asks nothing takes no thread. Connections are kept open: opening one costs
more than most pages. Measure with `python -m benchmarks submit` before changing the numbers: on two processors with
nothing else to do, 2 x 8 (processes x threads) did 96 to 102 tasks per second for 8 people and 87 to 93 for 50. Beside
others, 2 x 4 and 3 x 4 differed hardly more than two runs of the same; for 50 people, 2 x 4 once let 5 % wait longer
than a second.
"""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "8"))
keepalive = 75
timeout = 120
graceful_timeout = 15
# Loaded once and forked: workers start at once and share what they only read.
preload_app = True
# Heartbeat files belong in memory, not on a disk that may be busy.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
loglevel = "warning"
