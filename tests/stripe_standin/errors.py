"""Answers that are errors."""


class ApiError(Exception):
    """An answer that is an error, as https://docs.stripe.com/api/errors describes it."""

    def __init__(self, status: int, kind: str, message: str, *, code: str = "", param: str = ""):
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message}}
        if code:
            self.body["error"]["code"] = code
        if param:
            self.body["error"]["param"] = param


def missing(kind: str, number: str) -> ApiError:
    return ApiError(404, "invalid_request_error", f"No such {kind}: '{number}'", code="resource_missing", param="id")
