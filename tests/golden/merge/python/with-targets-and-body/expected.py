with open(source, newline="") as file:
    rows = [row for row in reader(file) if row]
