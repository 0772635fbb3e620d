x = 'a'
y = 'c'
