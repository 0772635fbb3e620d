def export(rows, path):
    file = open(path, "w")
    for row in rows:
        file.write(row)
