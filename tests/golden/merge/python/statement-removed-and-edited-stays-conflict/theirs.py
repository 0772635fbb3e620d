def run(job):
    job.prepare(clean=True)
    job.start()
