# In seconds, for each request.
TIMEOUT = 10
