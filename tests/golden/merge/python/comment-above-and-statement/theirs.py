# Seconds.
TIMEOUT = 30
