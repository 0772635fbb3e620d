x = 'a'
y = 'b'
