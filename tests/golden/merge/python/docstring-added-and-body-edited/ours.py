def area(radius):
    """Of a circle."""
    return 3.14 * radius**2
