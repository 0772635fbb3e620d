ALLOWED = ("localhost", "example.org")
