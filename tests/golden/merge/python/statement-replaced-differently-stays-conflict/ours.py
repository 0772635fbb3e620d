def run(job):
    job.submit()
