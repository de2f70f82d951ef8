"""RQ. The answer to a submission names the job in a relative Location; the words are queued, started, finished, failed."""

import os
import time

from redis import Redis
from rq import Queue, Worker
from rq.exceptions import NoSuchJobError
from rq.job import Job

import tasks

redis = Redis.from_url(os.environ["REDIS_URL"])
queue = Queue("jobs", connection=redis)


class NotingWorker(Worker):
    """RQ's worker, which also notes when it took a job and when it was done with it."""

    def perform_job(self, job, queue):  # runs in the process that was forked for this job
        taken = time.time()
        try:
            return super().perform_job(job, queue)
        finally:
            tasks.note(id=job.id, taken=taken, done=time.time())


def submit(job_id, args, response):
    job = queue.enqueue(tasks.work, args=args, job_id=job_id)
    response.headers["Location"] = f"/jobs/{job_id}"
    return {"job_id": job_id, "status": job.get_status(refresh=False)}


def status(job_id):
    try:
        job = Job.fetch(job_id, connection=redis)
    except NoSuchJobError:
        return None
    answer = {"job_id": job_id, "status": job.get_status(refresh=False)}
    if job.is_finished:
        answer["result"] = job.result
    if job.is_failed:
        answer["error"] = job.exc_info.strip().splitlines()[-1]
    return answer
