LIMIT = 10


def run(job):
    job.start()


def stop(job):
    job.stop()
