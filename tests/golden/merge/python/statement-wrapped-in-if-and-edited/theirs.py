def save(image, path):
    header = image.header
    header["description"] = f"contrast {path}"
    image.write(path)
