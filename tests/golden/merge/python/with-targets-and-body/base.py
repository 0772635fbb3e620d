with open(source) as file:
    rows = list(reader(file))
