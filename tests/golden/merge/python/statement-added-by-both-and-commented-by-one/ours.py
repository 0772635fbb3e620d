def run(job):
    job.prepare()
    job.start()
    job.wait()
