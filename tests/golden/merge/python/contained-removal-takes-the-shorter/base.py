def run(job):
    job.prepare()
    log("prepared", job)
    log("ready", job)
    job.start()
