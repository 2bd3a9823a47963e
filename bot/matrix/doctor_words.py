"""What is wrong with the bot's account in Matrix, and what to do about it, in French."""

from pathlib import Path


def no_login() -> str:
    """Say that nothing tells how to log in."""
    return (
        "Aucun moyen de se connecter : indiquez « matrix.password_file », ou « matrix.access_token_file » (et "
        "« matrix.device_id »), dans config.toml ; ou FAST_MATRIX__PASSWORD dans l'environnement."
    )


def login_refused(user_id: str, error: str) -> str:
    """Say that the server refuses the password."""
    return (
        f"Le serveur refuse la connexion de {user_id} ({error}) : vérifiez « matrix.user_id » et le mot de passe ; si le "
        "serveur n'accepte plus les mots de passe, donnez-lui un jeton avec « matrix.access_token_file »."
    )


def token_refused(file: Path | None = None) -> str:
    """Say that the token is no longer accepted."""
    remedy = f"mettez un jeton valable dans {file}" if file else "supprimez matrix/session.json du dossier d'état"
    return (
        "Le serveur n'accepte plus le jeton d'accès : session fermée, révoquée, ou compte expiré (sur Tchap, répondez au "
        f"courriel de renouvellement). Pour repartir : {remedy}, puis relancez."
    )


def other_account(configured: str, actual: str) -> str:
    """Say that the token is of another account."""
    return f"Le jeton est celui de {actual or 'personne'} et non de {configured} : corrigez « matrix.user_id » ou le jeton."


def other_device(configured: str, actual: str) -> str:
    """Say that the token is of another device."""
    return f"Le jeton est celui de l'appareil {actual} et non de {configured} : corrigez « matrix.device_id »."


def no_device() -> str:
    """Say that the device of the token is not known."""
    return "Le serveur ne dit pas de quel appareil est le jeton : indiquez « matrix.device_id »."


def unreadable(file: Path, reason: str) -> str:
    """Say that a file of a secret cannot be read."""
    return f"Impossible de lire « {file} » : {reason}."


def already_running(directory: Path) -> str:
    """Say that another bot uses the same state."""
    return f"Un autre bot utilise déjà « {directory} » : arrêtez-le d'abord, ou changez « state.directory »."


def device_keys_lost(device_id: str) -> str:
    """Say that the keys of the device are not those that the server knows."""
    return (
        f"Les clés de l'appareil {device_id} ne sont pas celles que le serveur connaît : elles ont été perdues. "
        "Restaurez le dossier « matrix » de la sauvegarde, ou connectez un nouvel appareil (avec un mot de passe : supprimez "
        "matrix/session.json ; avec un jeton : créez-en un autre). Gardez matrix/cross_signing.json."
    )


def other_identity() -> str:
    """Say that the account has another cross-signing identity."""
    return (
        "Le compte a déjà une identité de signature croisée, qui n'est pas celle de matrix/cross_signing.json : l'appareil "
        "n'est pas signé, et des clients stricts ne liront pas le bot. Restaurez ce fichier de la sauvegarde ; s'il est perdu, "
        "réinitialisez l'identité du compte depuis un client Element, puis relancez."
    )


def not_signed(error: str) -> str:
    """Say that the server refuses the signature."""
    return f"Le serveur refuse la signature croisée de l'appareil ({error}) : lancez « python -m bot doctor »."
