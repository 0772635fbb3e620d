@route("/b")
def f():
    return 2
