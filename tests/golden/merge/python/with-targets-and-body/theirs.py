with open(source) as file:
    rows = [row for row in reader(file) if row]
