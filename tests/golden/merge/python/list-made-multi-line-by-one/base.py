HOSTS = ["alpha", "beta"]
