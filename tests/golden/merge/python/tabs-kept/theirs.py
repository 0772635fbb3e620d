class Cart:
	def add(self, item):
		self.items.append(item)
		return len(self.items)
