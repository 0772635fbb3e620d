def run(job):
    job.prepare()
    job.start(priority=1)
    job.wait()
