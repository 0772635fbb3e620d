def run(job):
    job.start()
    job.wait(10)
    job.close()
