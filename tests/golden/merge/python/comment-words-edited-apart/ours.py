# The first few requests of a session is slow and is never tried again.
LIMIT = 10
