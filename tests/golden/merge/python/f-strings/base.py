x = f"{a} of {b}"
y = 1
