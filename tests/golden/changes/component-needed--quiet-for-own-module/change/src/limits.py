def limit():
    return 2
