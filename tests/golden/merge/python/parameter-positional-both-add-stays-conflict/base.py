def send(message):
    queue.put(message)
