"""Serves models over the API: what there is, and what they predict."""

from src.prediction.preprocessing import PREPROCESSOR, Preprocessor
from src.prediction.service import Prediction, PredictionService
from src.prediction.settings import PredictionSettings
from src.prediction.setup import add_prediction

__all__ = [
    "PREPROCESSOR",
    "Prediction",
    "PredictionService",
    "PredictionSettings",
    "Preprocessor",
    "add_prediction",
]
