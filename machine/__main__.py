"""`python -m machine`: what a run needs of the machine."""

import typer

from machine.images_cli import images_command

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.callback()(lambda: None)
app.command("images")(images_command)

if __name__ == "__main__":
    app()
