def f( a,b ):
    x = [ 1,2 ]
    return a+b
