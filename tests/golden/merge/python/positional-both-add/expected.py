<<<<<<< ours
app = make(a, b)
=======
app = make(a, c)
>>>>>>> theirs
