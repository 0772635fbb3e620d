def kind(path):
    if path.suffix == ".py":
        return "code"
