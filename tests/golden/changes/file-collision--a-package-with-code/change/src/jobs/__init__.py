from src.jobs.all import run
