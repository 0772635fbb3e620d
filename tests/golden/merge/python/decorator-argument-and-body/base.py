@route("/a")
def f():
    return 1
