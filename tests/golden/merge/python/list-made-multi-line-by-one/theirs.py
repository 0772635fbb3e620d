HOSTS = ["alpha", "beta", "gamma"]
