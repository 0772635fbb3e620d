def send(message, key):
    queue.put(message)
