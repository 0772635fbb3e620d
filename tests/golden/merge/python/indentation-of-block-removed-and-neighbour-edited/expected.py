def run(job):
    job.start()
    job.wait(10)
