"""Installs that pass, with words in their logs that frighten. Nothing may be named as a cause there."""

from pip_faults import ISOLATED, req

WORD = ["[Ee]rror|[Ff]ail|FATAL|Killed"]


def ok(name, text, command="pip install -r requirements.txt", **more):
    return req("ok-" + name, text, 0, [], WORD, command, outcome="success", **more)


def passing():
    """The order of the old resolver's note, of retries, of builds that fall back, of warnings of a compiler."""
    yield ok("resolver-note", "azureml-core==1.48.0\n", "pip install -r requirements.txt && pip install msrest==1.0.0")
    yield ok("retry", "hiccup==1.0\nsix\n")
    yield ok("warnings", "six\nnoisybuild==1.0\n", "pip install -v -r requirements.txt", tools=ISOLATED)
    yield ok("optional-extension", "optionalext==1.0\n")
    yield ok("or-true", "scikit-lern\n", "pip install -r requirements.txt || pip install six")
    yield ok("wheel-fails-install-works", "oldstyle==1.0\n", tools=["-(9|10|18|19|20|21|22)\\."])
    yield ok("missing-extra", "requests[securityx,socks]==2.25.1\n")
    yield ok("already", "six\n", "pip install six && pip install -r requirements.txt && pip check")
    yield ok("uninstall-notes", "six\n", "pip install wrapt && pip uninstall -y wrapt simplejson && pip install -r requirements.txt")
    yield ok("error-package", "retry-errors-handler==1.0\n")
    yield ok("script-not-on-path", "toolscript==1.0\n", "pip install --prefix /opt/tools -r requirements.txt")
    yield ok("deprecated-setup", "distold==0.1.7\n", tools=["py3.(6|7|8|9|10|11)"])
    yield ok("cache-unusable", "six\n", "mkdir -p $HOME/.cache/pip && chown 1234 $HOME/.cache/pip && pip install -r requirements.txt")
