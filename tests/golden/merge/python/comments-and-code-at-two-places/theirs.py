def run(job):
    # Once.
    job.prepare()
    job.start()
    # Until it ends.
    job.wait()
