<<<<<<< ours
def send(message, topic):
=======
def send(message, key):
>>>>>>> theirs
    queue.put(message)
