if x:
    a = 10
elif y:
    a = 2
else:
    a = 30
