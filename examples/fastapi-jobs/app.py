"""The web side: takes a job, answers 202 at once, and tells later how the job is doing.

The handlers are plain functions on purpose. Both queue libraries talk to Redis with blocking calls; in an `async def`
such a call would stop the worker's event loop, whereas FastAPI runs a plain function on a thread of its pool.
"""

import os
import time
import uuid
from typing import Any, Dict

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel, Field

if os.environ.get("BACKEND", "rq") == "celery":
    import celery_backend as backend
else:
    import rq_backend as backend

app = FastAPI(title="Jobs")


class Order(BaseModel):
    """What a client asks for. Other fields are ignored."""

    ms: int = Field(200, ge=0, le=60_000, description="how long the work takes")
    fail: bool = Field(False, description="end with an exception instead of a result")


@app.post("/jobs", status_code=202)
def submit(order: Order, response: Response) -> Dict[str, Any]:
    job_id = str(uuid.uuid4())
    response.headers["X-Request-ID"] = job_id  # the name under which the client notes it, too
    return backend.submit(job_id, (job_id, time.time(), order.ms, order.fail), response)


@app.get("/jobs/{job_id}")
def status(job_id: str) -> Dict[str, Any]:
    found = backend.status(job_id)
    if found is None:
        raise HTTPException(404, "no such job")
    return found


@app.get("/healthz")
async def healthz() -> Dict[str, str]:
    return {"status": "ok"}
