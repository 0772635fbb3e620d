LIMIT = 20


def run(job):
    job.start(now=True)


def stop(job):
    job.stop()
