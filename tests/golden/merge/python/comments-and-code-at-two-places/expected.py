def run(job):
    # Once for each job.
    job.prepare()
    job.start()
    # Until it ends.
    job.wait()
