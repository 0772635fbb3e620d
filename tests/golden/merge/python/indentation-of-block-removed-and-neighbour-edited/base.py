def run(job):
    if True:
        job.start()
    job.wait()
