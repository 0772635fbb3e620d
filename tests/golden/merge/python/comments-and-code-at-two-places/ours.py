def run(job):
    # Once for each job.
    job.prepare()
    job.start()
