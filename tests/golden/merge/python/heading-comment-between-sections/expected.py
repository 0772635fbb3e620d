# --- input

SOURCE = "in.csv"
SEPARATOR = ","

# --- where it goes

TARGET = "out.csv"
