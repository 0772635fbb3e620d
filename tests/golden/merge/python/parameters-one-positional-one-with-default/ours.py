def send(message, key=None):
    queue.put(message)
