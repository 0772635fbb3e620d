COLOURS = {
    "red": 1,
    "green": 20,
    "blue": 3,
}
