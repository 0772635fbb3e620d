def install(run):
    try:
<<<<<<< ours
        try:
            run(
                setup, ["install"]
            )
        except Refused:
            fail()
    finally:
        sys.stdout = out
=======
        quiet(
            lambda: run(
                setup, ["install"]
        ))
    except Refused:
        fail()
>>>>>>> theirs
