def run(job):
    queue.put(job)
