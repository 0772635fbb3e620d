class Cart:
	def add(self, item):
		self.items.append((item, 1))
		return self
