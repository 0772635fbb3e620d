ALLOWED = ("localhost",)
