def run(job):

    job.start(wait=True)
    return job
