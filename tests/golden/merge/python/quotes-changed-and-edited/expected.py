x = "a"
y = 'c'
