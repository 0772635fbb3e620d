LIMIT = 30


def run(job):
    job.start()


def stop(job):
    job.stop(force=True)
