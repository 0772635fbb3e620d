result = compute(alpha, beta)
