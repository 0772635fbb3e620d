value = compute(gamma, beta) - offset
