x = "a"
y = "b"
