ALLOWED_HOSTS = ("localhost",)
