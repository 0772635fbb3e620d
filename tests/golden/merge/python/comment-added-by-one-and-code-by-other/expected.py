def run(job):
    job.prepare()
    # May take minutes.
    job.start(wait=True)
