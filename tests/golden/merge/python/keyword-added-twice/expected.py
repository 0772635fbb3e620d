<<<<<<< ours
app = make(name="a", port=1)
=======
app = make(name="a", port=2)
>>>>>>> theirs
