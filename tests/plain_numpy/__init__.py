"""What people write in NumPy, differentiated as it stands: `import numpy as np` and a `grad`, nothing else."""
