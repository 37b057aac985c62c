import json
import logging

from django.test import RequestFactory
from django.urls import resolve

from config.logs import JsonFormatter


def record_of(message, *arguments, **extra):
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, message, arguments, None)
    record.__dict__.update(extra)
    return record


def test_a_log_line_is_one_json_object_with_its_facts():
    line = JsonFormatter().format(record_of("A job failed.", facts={"job": "send-messages"}))
    entry = json.loads(line)
    assert "\n" not in line
    assert {key: entry[key] for key in ("level", "logger", "message", "job")} == {
        "level": "error",
        "logger": "django.request",
        "message": "A job failed.",
        "job": "send-messages",
    }


def test_a_secret_address_is_logged_as_its_route():
    path = "/en/messages/unsubscribe/6f2c1f0e-7a0b-4f55-9d7e-0a3b2c1d0e9f/"
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    line = JsonFormatter().format(record_of("Internal Server Error: %s", path, request=request))
    assert "6f2c1f0e" not in line
    assert json.loads(line)["message"] == "Internal Server Error"
    assert "unsubscribe/<uuid:token>/" in json.loads(line)["route"]
