import json
import os
import sys

print(sys, os, json)
