import json
import os
import re
import sys

print(sys, os, json)
