if x:
    a = 1
elif y:
    a = 2
else:
    a = 30
