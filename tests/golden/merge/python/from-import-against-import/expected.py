<<<<<<< ours
from vendor import packaging
=======
import packaging.version
>>>>>>> theirs
