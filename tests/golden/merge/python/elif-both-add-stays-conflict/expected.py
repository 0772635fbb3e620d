def kind(path):
    if path.endswith(".py"):
        return "code"
<<<<<<< ours
    elif path.endswith(".md"):
        return "text"
=======
    elif path.endswith(".png"):
        return "image"
>>>>>>> theirs
    else:
        return "other"
