def run(job):
    job.prepare()
    job.start(wait=True)
