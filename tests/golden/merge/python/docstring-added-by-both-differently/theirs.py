def area(radius):
    """The area of a disc."""
    return math.pi * radius**2
