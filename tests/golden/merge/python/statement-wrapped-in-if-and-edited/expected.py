def save(image, path):
    header = image.header
    if header is not None:
        header["description"] = f"contrast {path}"
    image.write(path)
