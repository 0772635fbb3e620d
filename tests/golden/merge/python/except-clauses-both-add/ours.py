try:
    a()
except OSError:
    b()
except KeyError:
    c()
