with open(source, newline="") as file:
    rows = list(reader(file))
