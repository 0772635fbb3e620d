NAMES = ['ada', 'grace']
