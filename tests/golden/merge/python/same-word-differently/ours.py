value = compute(beta)
