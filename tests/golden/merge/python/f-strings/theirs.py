x = f"{a} of {b}"
y = 2
