def run(job):

    job.start()
    return job
