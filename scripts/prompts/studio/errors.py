"""The one error that the tool reports to a person."""


class PromptError(Exception):
    """A fault in a prompt, its text or the installation, told so that the reader knows what to do next."""
