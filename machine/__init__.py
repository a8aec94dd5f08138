"""What a run needs of the machine: Python environment, Docker engine, images, and the doctor who looks at them."""
