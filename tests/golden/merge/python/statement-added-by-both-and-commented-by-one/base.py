def run(job):
    job.prepare()
