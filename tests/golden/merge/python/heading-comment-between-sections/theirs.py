# --- input

SOURCE = "in.csv"

# --- where it goes

TARGET = "out.csv"
