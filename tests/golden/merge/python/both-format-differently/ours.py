result = compute( alpha, beta )
