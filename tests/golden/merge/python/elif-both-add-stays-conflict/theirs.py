def kind(path):
    if path.endswith(".py"):
        return "code"
    elif path.endswith(".png"):
        return "image"
    else:
        return "other"
