@cached
@route("/")
@limited
def f():
    return 1
