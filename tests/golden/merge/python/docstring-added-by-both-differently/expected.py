def area(radius):
<<<<<<< ours
    """Of a circle."""
=======
    """The area of a disc."""
>>>>>>> theirs
    return math.pi * radius**2
