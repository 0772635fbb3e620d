<<<<<<< ours
MESSAGE = "the order was sent by post"
=======
MESSAGE = "the order was sent by courier"
>>>>>>> theirs
