"""What every test of our own tools can count on."""

import signal

# A program that a test interrupts inherits it when a signal is ignored, as in the background of a shell or under nohup.
for _number in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.default_int_handler)
