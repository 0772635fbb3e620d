def kind(path):
    if path.endswith(".py"):
        return "code"
    else:
        return "other"
