QUERY = """
SELECT id, name
FROM items
WHERE price > 0
ORDER BY name
"""
