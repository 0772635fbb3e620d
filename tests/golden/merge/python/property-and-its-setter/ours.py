class A:
    @property
    def x(self):
        return self._x or 0

    @x.setter
    def x(self, value):
        self._x = value
