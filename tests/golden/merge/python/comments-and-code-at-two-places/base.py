def run(job):
    # Once.
    job.prepare()
    job.start()
