def run(job):
    job.prepare(clean=True)
    job.start(priority=1)
    job.wait()
