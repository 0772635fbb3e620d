def send(message, topic):
    queue.put(message)
