<<<<<<< ours
LIMIT = 20
=======
LIMIT = 30
>>>>>>> theirs


def run(job):
    job.start(now=True)


def stop(job):
    job.stop(force=True)
