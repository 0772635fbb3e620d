try:
    aa()
except OSError:
    b()
except KeyError:
    c()
