def install(run):
    out = sys.stdout
    try:
        try:
            run(
                setup, ["install"]
            )
        except Refused:
            fail()
    finally:
        sys.stdout = out
