# --- input

SOURCE = "in.csv"
SEPARATOR = ","

# --- output

TARGET = "out.csv"
