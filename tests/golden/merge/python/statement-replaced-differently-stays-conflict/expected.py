def run(job):
<<<<<<< ours
    job.submit()
=======
    queue.put(job)
>>>>>>> theirs
