NAMES = ['ada', 'grace', 'edsger']
