def area(radius):
    """Of a circle."""
    return math.pi * radius**2
