def send(message, topic, key=None):
    queue.put(message)
