parser.add_argument("--host", default="0.0.0.0")
parser.add_argument("--port", default=80)
