x = f"{a} of {c}"
y = 1
