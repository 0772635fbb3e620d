def run(job):
    job.prepare()
    # Needs the network.
    job.start()
