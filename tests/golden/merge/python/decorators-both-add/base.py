@route("/")
def f():
    return 1
