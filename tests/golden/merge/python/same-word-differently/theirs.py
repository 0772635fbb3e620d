value = compute(gamma)
