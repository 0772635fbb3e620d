def run(job):
    job.prepare()
    log("ready", job)
    job.start()
