# --- input

SOURCE = "in.csv"

# --- output

TARGET = "out.csv"
