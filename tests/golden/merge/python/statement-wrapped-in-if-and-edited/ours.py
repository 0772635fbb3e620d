def save(image, path):
    header = image.header
    if header is not None:
        header["description"] = "contrast"
    image.write(path)
