from src.limits import Quota

print(Quota)
