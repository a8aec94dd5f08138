"""What the generator itself can do: does it keep its pace, does it tell of a stall, what does a request cost it."""
