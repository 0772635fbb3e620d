from src.limits import limit

print(limit())
