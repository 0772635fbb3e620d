def save(image, path):
    if image:
        image.check()
        image.write(path)
