def f( a,b ):
    x = [ 1,2,3 ]
    return a+b
