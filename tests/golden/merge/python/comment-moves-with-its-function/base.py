def first():
    return 1


# Not for use outside.
def second():
    return 2


def third():
    return 3
