def run(job):
    job.prepare()
    print("prepared")
    job.start()
