def save(image, path):
    header = image.header
    header["description"] = "contrast"
    image.write(path)
