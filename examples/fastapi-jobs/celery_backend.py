"""Celery. The answer to a submission is an id and nothing else; the words are PENDING, STARTED, SUCCESS, FAILURE.

Celery keeps nothing about a job that waits, so PENDING also means "never heard of it", and without task_track_started
a running job is PENDING too.
"""

import os
import time

from celery import Celery, signals

import tasks

celery = Celery("jobs", broker=os.environ["REDIS_URL"], backend=os.environ["REDIS_URL"])
celery.conf.task_track_started = os.environ.get("TRACK_STARTED", "1") == "1"
celery.conf.worker_prefetch_multiplier = 1  # the jobs are long: a worker reserves no more than it runs

work = celery.task(name="work")(tasks.work)


@signals.task_prerun.connect
def take(task, **_):
    task.request.taken = time.time()


@signals.task_postrun.connect
def leave(task, task_id, **_):
    tasks.note(id=task_id, taken=task.request.taken, done=time.time())


def submit(job_id, args, response):
    work.apply_async(args=args, task_id=job_id)
    return {"task_id": job_id}


def status(job_id):
    job = celery.AsyncResult(job_id)
    state, result = job.state, job.result
    if state == "SUCCESS":
        return {"task_id": job_id, "status": state, "result": result}
    if state == "FAILURE":
        return {"task_id": job_id, "status": state, "error": str(result)}
    return {"task_id": job_id, "status": state}
