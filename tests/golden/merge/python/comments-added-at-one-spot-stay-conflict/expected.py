def run(job):
    job.prepare()
<<<<<<< ours
    # May take minutes.
=======
    # Needs the network.
>>>>>>> theirs
    job.start()
