def export(rows, path):
    with open(path, "w") as file:
        for row in rows:
            file.write(row + "\n")
