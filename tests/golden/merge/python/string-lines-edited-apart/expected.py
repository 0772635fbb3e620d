QUERY = """
SELECT id, name, price
FROM items
WHERE price > 0
ORDER BY name DESC
"""
