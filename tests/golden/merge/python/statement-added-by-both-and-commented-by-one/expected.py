def run(job):
    job.prepare()
    job.start()
    # Until it ends.
    job.wait()
