COLOURS = {
    "green": 20,
    "blue": 3,
    "red": 1,
}
