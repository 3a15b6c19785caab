"""What a ballot can be answered other than with a receipt; the words never tell why a code opens nothing."""

from datetime import datetime

from survey.errors import ConflictError, GoneError, NotFoundError


class BadCodeError(NotFoundError):
    """A code that opens nothing: never existed, mistyped, voided, of another round; always the same words."""

    def __init__(self) -> None:
        super().__init__(
            "This code cannot be used. Check the letters on your slip; "
            "if they are right, ask the office for a new slip."
        )


class AlreadyUsedError(ConflictError):
    """The slip's ballot is in, from another form."""

    def __init__(self) -> None:
        super().__init__("This code has been used: its ballot is recorded and cannot be changed.")


class OtherMarksError(ConflictError):
    """The same form was handed in before with other marks."""

    def __init__(self, receipt: bytes) -> None:
        super().__init__("Your first hand-in counts; this change does not.")
        self.receipt = receipt


class NotYetOpenError(GoneError):
    """Before the window."""

    def __init__(self, opens: datetime) -> None:
        super().__init__("It is too early. You can fill in this ballot from %(opens)s on.", opens=opens)


class WindowOverError(GoneError):
    """After the window."""

    def __init__(self, closes: datetime) -> None:
        super().__init__("The time is over: this ballot was taken until %(closes)s.", closes=closes)


class RoundNotOpenError(GoneError):
    """The round takes no ballots through this door (any more)."""

    def __init__(self) -> None:
        super().__init__("This round takes no ballots here, or no longer does.")
