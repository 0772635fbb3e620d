NAMES = ["ada", "grace", "edsger"]
