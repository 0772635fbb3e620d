def install(run):
    out = sys.stdout
    try:
        run(
            setup, ["install"]
        )
    except Refused:
        fail()
    finally:
        sys.stdout = out
