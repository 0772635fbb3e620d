<<<<<<< ours
client = Client(url, timeout=20, retries=3)
=======
client = Client(url, timeout=30, retries=3)
>>>>>>> theirs
