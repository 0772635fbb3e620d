def save(image, path):
    image.check()
    image.write(path)
