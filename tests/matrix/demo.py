"""`make demo`: a Synapse on this machine, the bot, and a user with an encrypted direct room, for any Matrix client.

The web client of Tchap, which asks for an e-mail and wants TLS, finds both at an address of its own (tchap_front.py).

`python tests/matrix/demo.py [INDEX]` copies an index built already: INDEX, or that of `make chat` if there is one.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from synapse import ROOT, SERVER_NAME, Homeserver, free_port
from tchap_front import client_config, tchap_front

USUAL_PORT, USUAL_FRONT_PORT = 8008, 8448
BOT, USER = "fast", "anne"
EMAIL = "anne@demo.example"
BOT_NAME = "Assistant FAST"
CLIENT = "/_matrix/client/v3"
ENCRYPTION = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}


def main(built: Path) -> int:
    """Run the demonstration until Ctrl-C, with a copy of the index `built` if there is one; return the exit code."""
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, _interrupt)
    try:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="assistant-fast-demo-")))
            _say("Démarrage d'un serveur Synapse…")
            server = Homeserver(folder / "synapse", port=_port(USUAL_PORT))
            stack.callback(server.stop)
            server.start()
            passwords = {name: secrets.token_urlsafe(9) for name in (BOT, USER)}
            for name, password in passwords.items():
                server.register(name, password=password)
            _name_bot(server, passwords[BOT])
            _give_email(server)
            config = _configured(folder, server.url, passwords[BOT], built)
            _say("Démarrage du bot (une minute s'il faut construire l'index)…")
            _index(config)
            bot = stack.enter_context(_bot(config, folder / "bot.log"))
            room = _room(server, passwords[USER], bot)
            _say(_instructions(server.url, passwords[USER], room, _front(stack, folder, server.url)))
            code = bot.wait()
            _say(f"Le bot s'est arrêté (code {code}). Ses dernières lignes :\n{_last_lines(folder)}")
            return 1
    except KeyboardInterrupt:
        _say("\nTout est arrêté et effacé.")
        return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _port(usual: int) -> int:
    """Return the usual port of what is served when nothing listens there, or a free one."""
    with socket.socket() as one:
        return usual if one.connect_ex(("127.0.0.1", usual)) else free_port()


def _front(stack: ExitStack, folder: Path, url: str) -> str:
    """Return the address for the web client of Tchap; "" where this machine has no openssl to make a certificate."""
    if shutil.which("openssl") is None:
        return ""
    return stack.enter_context(tchap_front(folder, _port(USUAL_FRONT_PORT), url))


def _give_email(server: Homeserver) -> None:
    """Bind an e-mail address to the user, who may then log in by it."""
    password = secrets.token_urlsafe(9)
    server.register("demo-admin", password=password, admin=True)
    token = server.login("demo-admin", password)["access_token"]
    threepids = {"threepids": [{"medium": "email", "address": EMAIL}]}
    server.call("PUT", f"/_synapse/admin/v2/users/@{USER}:{SERVER_NAME}", threepids, token)
    server.call("POST", f"{CLIENT}/logout", {}, token)


def _name_bot(server: Homeserver, password: str) -> None:
    token = server.login(BOT, password)["access_token"]
    server.call("PUT", f"{CLIENT}/profile/@{BOT}:{SERVER_NAME}/displayname", {"displayname": BOT_NAME}, token)
    server.call("POST", f"{CLIENT}/logout", {}, token)


def _configured(folder: Path, url: str, password: str, built: Path) -> Path:
    """Write the configuration of a bot whose state is in `folder`, with a copy of the index that is built already."""
    if built.is_dir():
        shutil.copytree(built, folder / "state" / "index")
    (folder / "password").write_text(password, encoding="utf-8")
    config = folder / "config.toml"
    config.write_text(_config(folder / "state", folder / "password", url), encoding="utf-8")
    return config


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("FAST_")}


def _index(config: Path) -> None:
    """Bring the index up to date, progress on standard error."""
    command = [sys.executable, "ingest.py", "--config", str(config)]
    subprocess.run(command, cwd=ROOT, env=_environment(), stdout=subprocess.DEVNULL, start_new_session=True, check=True)


@contextmanager
def _bot(config: Path, said: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """Run the bot, what it says in a file."""
    command = [sys.executable, "-m", "bot", "--config", str(config), "run"]
    with said.open("wb") as log:
        # In a session of its own: Ctrl-C reaches this process alone, which then stops the others in order.
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=_environment(),
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _config(state: Path, password: Path, url: str) -> str:
    keys = {
        "homeserver": url,
        "user_id": f"@{BOT}:{SERVER_NAME}",
        "password_file": str(password),
        "allowed_users": [f"*:{SERVER_NAME}"],
        "administrators": [f"@{USER}:{SERVER_NAME}"],
        "calls_per_second": 0,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
    return "\n".join([f"[state]\ndirectory = {json.dumps(str(state))}", "[matrix]", *lines, ""])


def _room(server: Homeserver, password: str, bot: "subprocess.Popen[bytes]") -> str:
    """Create the encrypted direct room of the user, filed as clients file it, and wait until the bot is in it."""
    token = server.login(USER, password)["access_token"]
    settings = {"preset": "trusted_private_chat", "initial_state": [ENCRYPTION]}
    invite = {"invite": [f"@{BOT}:{SERVER_NAME}"], "is_direct": True}
    room: str = server.call("POST", f"{CLIENT}/createRoom", settings | invite, token)["room_id"]
    while bot.poll() is None:
        members = server.call("GET", f"{CLIENT}/rooms/{room}/joined_members", token=token)["joined"]
        if len(members) > 1:
            break
        time.sleep(0.2)
    direct = f"{CLIENT}/user/@{USER}:{SERVER_NAME}/account_data/m.direct"
    server.call("PUT", direct, {f"@{BOT}:{SERVER_NAME}": [room]}, token)
    # This login has no keys: left there, it would be an unknown device of the user.
    server.call("POST", f"{CLIENT}/logout", {}, token)
    return room


def _last_lines(folder: Path) -> str:
    return "\n".join((folder / "bot.log").read_text(encoding="utf-8", errors="replace").splitlines()[-10:])


def _instructions(url: str, password: str, room: str, front: str) -> str:
    return f"""
Tout est prêt. Dans un client Matrix (Element, par exemple), choisissez « Modifier » le serveur d'accueil :

    serveur       {url}
    utilisateur   {USER}
    mot de passe  {password}
{_with_tchap(front)}
puis ouvrez le message direct « {BOT_NAME} » ({room}) et écrivez à @{BOT}:{SERVER_NAME}, par exemple :

    Quel était le plafond du FAST 15 ?
    !fast aide

Ctrl-C arrête le bot et le serveur, et efface tout."""


def _with_tchap(front: str) -> str:
    if not front:
        return ""
    return f"""
ou, dans le client web de Tchap, dont le config.json contient :

    {json.dumps(client_config(front), ensure_ascii=False)}

    adresse mail  {EMAIL}
    mot de passe  le même

(ouvrez d'abord {front} dans ce navigateur et acceptez son certificat)
"""


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "data" / "index"))
