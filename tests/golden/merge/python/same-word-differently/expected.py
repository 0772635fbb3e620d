<<<<<<< ours
value = compute(beta)
=======
value = compute(gamma)
>>>>>>> theirs
