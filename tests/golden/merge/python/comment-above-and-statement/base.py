# Seconds.
TIMEOUT = 10
