NAMES = ["ada", "grace"]
