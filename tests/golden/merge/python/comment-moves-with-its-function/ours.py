def first():
    return 1


def third():
    return 3


# Not for use outside.
def second():
    return 2
