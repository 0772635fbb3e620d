def run(job):
<<<<<<< ours
=======
    job.prepare(clean=True)
>>>>>>> theirs
    job.start()
