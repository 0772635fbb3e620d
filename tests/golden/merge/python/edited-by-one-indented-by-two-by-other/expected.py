class Store:
  """Keeps things.

  For long.
  """

  def get(self, key):
    if key in self.items:
      self.hits += 1
      return self.items[key]
    return None

  def size(self):
    return len(self.items)

  def put(self, key, value):
    self.items[key] = value
