COLOURS = {
    "green": 2,
    "blue": 3,
    "red": 1,
}
