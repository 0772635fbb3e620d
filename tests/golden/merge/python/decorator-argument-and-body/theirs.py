@route("/a")
def f():
    return 2
