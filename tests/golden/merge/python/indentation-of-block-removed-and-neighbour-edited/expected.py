def run(job):
<<<<<<< ours
    job.start()
    job.wait()
=======
    if True:
        job.start()
    job.wait(10)
>>>>>>> theirs
