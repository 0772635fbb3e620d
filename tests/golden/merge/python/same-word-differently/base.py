value = compute(alpha)
