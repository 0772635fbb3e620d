def install(run):
    try:
        quiet(
            lambda: run(
                setup, ["install"]
        ))
    except Refused:
        fail()
