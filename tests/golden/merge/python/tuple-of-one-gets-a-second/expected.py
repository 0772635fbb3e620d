ALLOWED_HOSTS = ("localhost", "example.org")
