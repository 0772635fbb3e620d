match command:
    case "start":
        start()
    case "stop":
        stop(force=True)
