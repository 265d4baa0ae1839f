"""Starts that must fail, or cannot get far, with a secret at the very place that is wrong."""

import dataclasses
import pathlib
import subprocess

from planted import COMMAND_LINE, EVERYWHERE, EXIT, LOG, Planted

API, CONSUMER, CLI = "millrace-api", "millrace-consumer", "millrace"


@dataclasses.dataclass
class Mishap:
    name: str
    program: str
    environment: dict[str, str]
    arguments: tuple[str, ...] = ()
    # None: it does not give up by itself, and is ended after a while.
    exits_with: int | None = 78


def mishaps(planted: Planted, folder: pathlib.Path, closed_port: int, database: str) -> list[Mishap]:
    """`database`: the URL of a right one, with a role whose password is wrong at `{}`."""
    def word(name: str) -> str:
        return planted.word(name)

    def argument(name: str) -> str:
        # Whoever writes a secret there has shown it to the machine; it must not go on from there into logs.
        return planted.word(name, EVERYWHERE - {COMMAND_LINE})

    def file(name: str, text: str) -> str:
        path = folder / f"{name}.yaml"
        path.write_text(text)
        return str(path)

    def configured(name: str, text: str) -> Mishap:
        return Mishap(name, API, {"MILLRACE_CONFIG": file(name, text)})

    def catalogue(name: str, text: str) -> Mishap:
        return Mishap(name, CONSUMER, {"HANDLERS_FILE": file(name, text)})

    unreachable = f"postgres://me:{{}}@127.0.0.1:{closed_port}/none?connect_timeout=1"
    hook = "x: {{driver: http, url: 'http://h/', {}}}"
    return [
        Mishap("another scheme", API, {"DATABASE_URL": f"mysql://me:{word('mysql')}@h/x"}),
        Mishap("an address cut off", API, {"DATABASE_URL": f"postgres://me:{word('cut')}@[::1/x"}, exits_with=1),
        Mishap("a bad escape", API, {"DATABASE_URL": f"postgres://me:{word('escape')}%ZZ@h/x"}, exits_with=1),
        Mishap("a port that is none", API, {"DATABASE_URL": f"postgres://me:{word('port')}@h:x/x"}, exits_with=None),
        Mishap("a setting without =", API, {"DATABASE_URL": f"postgres://h/x?{word('setting')}"}, exits_with=1),
        Mishap("an address for migrate", CLI, {"DATABASE_URL": f"postgres://me:{word('migrate')}@[::1/x"},
               ("migrate",), exits_with=1),
        Mishap("nobody at home, migrate", CLI, {"DATABASE_URL": unreachable.format(word('away'))}, ("migrate",),
               exits_with=1),
        Mishap("a wrong password, migrate", CLI, {"DATABASE_URL": database.format(word('wrong'))}, ("migrate",),
               exits_with=1),
        Mishap("nobody at home, API", API, {"DATABASE_URL": unreachable.format(word('away, API'))}, exits_with=None),
        Mishap("a wrong password, API", API, {"DATABASE_URL": database.format(word('wrong, API'))}, exits_with=None),
        Mishap("a wrong password, consumer", CONSUMER, {"DATABASE_URL": database.format(word('wrong, consumer'))},
               exits_with=None),
        Mishap("a short token", API, {"BOOTSTRAP_TOKEN": word("short")}),
        Mishap("a token with a space", API, {"BOOTSTRAP_TOKEN": word("space") + " and more of it"}),
        Mishap("a flag with one dash", API, {}, (f"-postgres.url=postgres://me:{argument('dash')}@h/x",)),
        Mishap("no flag at all", API, {}, (f"postgres://me:{argument('flag')}@h/x",)),
        Mishap("an unknown flag", API, {}, (f"--postgres.ulr=postgres://me:{argument('unknown flag')}@h/x",)),
        Mishap("a flag given twice", API, {}, (f"--bootstrap.token={argument('twice')}", f"--bootstrap-token={argument('2')}")),
        Mishap("a bad flag", API, {}, ("--bootstrap.token", argument("bad"))),
        configured("url-map", f"postgres: {{url: {{is: 'postgres://me:{word('URL map')}@h/x'}}}}"),
        configured("token-map", f"bootstrap: {{token: {{is: {word('map')}}}}}"),
        configured("unknown-key", f"postgres: {{password: {word('unknown key')}}}"),
        configured("not-yaml", f"bootstrap:\n  token: \"{word('yaml')}\n"),
        configured("tab", f"bootstrap:\n\ttoken: {word('tab')}\n"),
        configured("twice", f"bootstrap: {{token: {word('one')}}}\nbootstrap: {{token: {word('two')}}}"),
        configured("no-mapping", word("text")),
        configured("anchor", f"bootstrap: {{token: *{word('anchor')}}}"),
        catalogue("not-base64", hook.format(f"secret: 'whsec_!{word('base64')}'")),
        catalogue("secret-map", hook.format(f"secret: {{is: {word('secret map')}}}")),
        catalogue("secret-for-name", hook.format(f"secretEnv: whsec_{word('name')}")),
        catalogue("user-in-url", f"x: {{driver: http, url: 'http://me:{word('in URL')}@h/', secret: s}}"),
        Mishap("bad shared secrets", CONSUMER, {"WEBHOOKS_SECRETS": f"fine,whsec_!{word('shared')}"}),
        Mishap("SASL that nobody speaks", CONSUMER, {
            "KAFKA_PROPERTIES_SECURITY_PROTOCOL": "sasl_plaintext", "KAFKA_PROPERTIES_SASL_MECHANISM": "PLAIN",
            "KAFKA_PROPERTIES_SASL_USERNAME": "me", "KAFKA_PROPERTIES_SASL_PASSWORD": word("SASL"),
            "KAFKA_PROPERTIES_DEBUG": "security,broker,protocol,conf"}, exits_with=None),
        Mishap("a property misspelt", CONSUMER, {"KAFKA_PROPERTIES_SASL_PASWORD": word("misspelt")}, exits_with=1),
        Mishap("a bad key", CONSUMER, {
            "KAFKA_PROPERTIES_SECURITY_PROTOCOL": "ssl", "KAFKA_PROPERTIES_SSL_KEY_PEM": word("key")}, exits_with=1),
        Mishap("an archive that is away", CONSUMER, {
            "ARCHIVE_STORE": "dynamodb", "ARCHIVE_ENDPOINT": f"http://127.0.0.1:{closed_port}",
            "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": word("AWS, away"),
            "AWS_SESSION_TOKEN": word("AWS session, away")}, exits_with=None),
        Mishap("no archive to make", CLI, {
            "ARCHIVE_STORE": "dynamodb", "ARCHIVE_ENDPOINT": f"http://127.0.0.1:{closed_port}",
            "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": word("AWS, table")}, ("dev", "table"), exits_with=1),
        Mishap("an API that is away", CLI, {
            "BASE_URL": f"http://127.0.0.1:{closed_port}", "TOKEN": word("CLI")}, ("jobs", "list"), exits_with=69),
        Mishap("an API that is none", CLI, {"BASE_URL": "nowhere", "TOKEN": word("CLI, nowhere")}, ("jobs", "list")),
        Mishap("the control", API, {"LOG_LEVEL": planted.control(EXIT)}),
    ]


def run(mishap: Mishap, binaries: pathlib.Path, environment: dict[str, str], patience: float
        ) -> tuple[str, bytes, str | None]:
    """The kind of evidence it leaves, what it said, and what is wrong with how it ended."""
    process = subprocess.Popen(
        [binaries / mishap.program, *mishap.arguments], env=environment | mishap.environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        said, _ = process.communicate(timeout=patience if mishap.exits_with is None else 20)
    except subprocess.TimeoutExpired:
        process.terminate()
        try:
            said, _ = process.communicate(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
            return LOG, said, f"{mishap.name}: it did not end"
        wrong = None if mishap.exits_with is None else f"{mishap.name}: it went on"
        return LOG, said, wrong
    if mishap.exits_with is None:
        return LOG, said, f"{mishap.name}: it ended by itself: {said[-500:]!r}"
    if process.returncode != mishap.exits_with:
        return EXIT, said, f"{mishap.name}: it ended with {process.returncode}: {said[-500:]!r}"
    return EXIT, said, None if said else f"{mishap.name}: it said nothing"
