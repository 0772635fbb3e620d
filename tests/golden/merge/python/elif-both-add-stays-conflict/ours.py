def kind(path):
    if path.endswith(".py"):
        return "code"
    elif path.endswith(".md"):
        return "text"
    else:
        return "other"
