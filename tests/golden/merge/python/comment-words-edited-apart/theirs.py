# The first request of a session is slow and is tried once more.
LIMIT = 10
