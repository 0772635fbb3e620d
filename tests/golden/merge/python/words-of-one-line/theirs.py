value = compute(alpha, beta) - offset
