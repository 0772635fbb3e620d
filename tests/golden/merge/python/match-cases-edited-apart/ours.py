match command:
    case "start":
        start(now=True)
    case "stop":
        stop()
