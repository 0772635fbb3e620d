import shop.limits as limits

print(limits.limit())
