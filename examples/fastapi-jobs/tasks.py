"""The work itself, and the workers' own account of it. It knows of no queue: both libraries call the same function.

The account has two lines for each job, all times being Unix time: {"id", "pid", "submitted", "start", "end"} by the
work, and {"id", "taken", "done"} by the worker around it, from before the status says that the job runs until after it
says that the job is over.
"""

import json
import os
import time
from typing import Any, Dict


def work(job_id: str, submitted: float, ms: int, fail: bool) -> Dict[str, Any]:
    """Takes ms milliseconds, as a slow call to a model would."""
    start = time.time()
    try:
        time.sleep(ms / 1000)
        if fail:
            raise RuntimeError("the order asked for it")
        return {"slept_ms": ms}
    finally:
        note(id=job_id, pid=os.getpid(), submitted=submitted, start=start, end=time.time())


def note(**line: Any) -> None:
    """Appends one line to the workers' log: a single short write, so that lines of several processes do not mix."""
    path = os.environ.get("WORK_LOG")
    if path:
        with open(path, "ab", buffering=0) as log:
            log.write(json.dumps(line).encode() + b"\n")
