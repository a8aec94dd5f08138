"""What the proof is made with."""

pytest_plugins = ["plumbline.session"]
