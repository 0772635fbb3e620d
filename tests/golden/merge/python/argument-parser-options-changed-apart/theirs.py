parser.add_argument("--host", default="localhost")
parser.add_argument("--port", default=8080, type=int)
