import os
import os.path
import xml.dom
import xml.sax
