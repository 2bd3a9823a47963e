"""What is wrong with the bot's account in Matrix, and what to do about it, in French."""

from pathlib import Path
from typing import Final

_RESTORE: Final = (
    "Restaurez ce fichier de la sauvegarde ; s'il est perdu, « python -m bot doctor --new-identity » donne au compte "
    "une autre identité. Puis relancez le bot."
)


def no_login() -> str:
    """Say that nothing tells how to log in."""
    return (
        "Aucun moyen de se connecter : indiquez « matrix.password_file », ou « matrix.access_token_file » (et "
        "« matrix.device_id »), dans config.toml ; ou FAST_MATRIX__PASSWORD dans l'environnement."
    )


def login_refused(user_id: str, error: str) -> str:
    """Say that the server refuses the password."""
    return (
        f"Le serveur refuse la connexion de {user_id} ({error}) : vérifiez « matrix.user_id » et le mot de passe ; si "
        "le serveur n'accepte plus les mots de passe, donnez-lui un jeton avec « matrix.access_token_file »."
    )


def token_refused(file: Path | None = None) -> str:
    """Say that the token is no longer accepted."""
    remedy = f"mettez un jeton valable dans {file}" if file else "supprimez matrix/session.json du dossier d'état"
    return (
        "Le serveur n'accepte plus le jeton d'accès : session fermée, révoquée, ou compte expiré (sur Tchap, répondez "
        f"au courriel de renouvellement). Pour repartir : {remedy}, puis relancez."
    )


def other_account(configured: str, actual: str) -> str:
    """Say that the token is of another account."""
    return f"Le jeton est celui de {actual or 'personne'}, non de {configured} : corrigez matrix.user_id ou le jeton."


def other_device(configured: str, actual: str) -> str:
    """Say that the token is of another device."""
    return f"Le jeton est celui de l'appareil {actual} et non de {configured} : corrigez « matrix.device_id »."


def no_device() -> str:
    """Say that the device of the token is not known."""
    return "Le serveur ne dit pas de quel appareil est le jeton : indiquez « matrix.device_id »."


def unusable_state(directory: Path, reason: str) -> str:
    """Say that the folder of the state cannot be used."""
    return f"Impossible d'utiliser le dossier d'état « {directory} » : {reason}."


def state_of_another(directory: Path, kept: str, user_id: str) -> str:
    """Say that the state is that of another account."""
    return (
        f"Le dossier d'état « {directory} » est celui de {kept}, non de {user_id} : donnez-lui un autre "
        "« state.directory », ou corrigez « matrix.user_id »."
    )


def already_running(directory: Path) -> str:
    """Say that another bot uses the same state."""
    return f"Un autre bot utilise déjà « {directory} » : arrêtez-le d'abord, ou changez « state.directory »."


def device_keys_lost(device_id: str) -> str:
    """Say that the keys of the device are not those that the server knows."""
    return (
        f"Les clés de l'appareil {device_id} ne sont pas celles que le serveur connaît : elles ont été perdues. "
        "Restaurez le dossier « matrix » de la sauvegarde, ou connectez un nouvel appareil (avec un mot de passe : "
        "supprimez matrix/session.json ; avec un jeton : créez-en un autre). Gardez matrix/cross_signing.json."
    )


def other_identity() -> str:
    """Say that the account has another cross-signing identity."""
    return (
        "Le compte a déjà une identité de signature croisée, qui n'est pas celle de matrix/cross_signing.json : "
        f"l'appareil n'est pas signé, et les clients stricts ne le liront pas. {_RESTORE}"
    )


def not_signed(error: str) -> str:
    """Say that the server refuses the signature."""
    return f"Le serveur refuse la signature croisée de l'appareil ({error}) : lancez « python -m bot doctor »."


# ---- what the doctor says --------------------------------------------------------------------------------------------


def cannot_connect(homeserver: str, error: str) -> str:
    """Say that the server could not be asked."""
    return f"Impossible d'interroger {homeserver} : {error}"


def never_ran() -> str:
    """Say that there is nothing to look at yet."""
    return "Le bot ne s'est jamais connecté : lancez « python -m bot run » d'abord."


def keys_missing() -> str:
    """Say that the keys of the device are not there."""
    return (
        "Les clés de l'appareil (matrix/keys.db) manquent : restaurez le dossier « matrix » de la sauvegarde, ou "
        "relancez « python -m bot run », qui connectera un nouvel appareil si un mot de passe est configuré."
    )


def readable_by_others(file: Path) -> str:
    """Say that a secret can be read by others."""
    return f"D'autres que le bot peuvent lire {file} : « chmod 600 {file} »."


def connected(user_id: str, device_id: str) -> str:
    """Say that the token is accepted."""
    return f"Le serveur reconnaît {user_id}, appareil {device_id}."


def seeds_missing() -> str:
    """Say that the seeds of the identity are not there."""
    return f"Les graines de l'identité (matrix/cross_signing.json) manquent. {_RESTORE}"


def unwritable(file: Path, reason: str) -> str:
    """Say that the backup cannot be written."""
    return f"Impossible d'écrire « {file} » : {reason}."


def identity_renewed(device_id: str, is_whole: bool) -> str:
    """Say that the account has a new identity, and whether the device is signed with it."""
    if is_whole:
        return (
            f"Nouvelle identité publiée, appareil {device_id} signé. Sauvegardez-la avec « python -m bot doctor "
            "--backup FICHIER »."
        )
    return (
        "Nouvelle identité publiée, mais l'appareil n'est pas signé : relancez le bot, puis « python -m bot doctor »."
    )


def approval_needed(url: str | None) -> str:
    """Say that a person must approve the new identity."""
    if url:
        return f"Le serveur demande qu'une personne approuve : ouvrez {url}, connectez-vous, puis relancez la commande."
    return (
        "Le serveur demande le mot de passe du compte : indiquez-le (« matrix.password_file » ou "
        "FAST_MATRIX__PASSWORD), puis relancez la commande."
    )


def backed_up(file: Path) -> str:
    """Say that the seeds were copied."""
    return (
        f"Graines de l'identité copiées dans {file} : gardez ce fichier en lieu sûr. Pour le restaurer, copiez-le en "
        "matrix/cross_signing.json dans le dossier d'état avant de lancer le bot."
    )


def one_time_keys(number: int) -> str:
    """Say how many one-time keys are left."""
    if number:
        return f"Il reste {number} clés à usage unique sur le serveur."
    return "Il ne reste aucune clé à usage unique sur le serveur : le bot en envoie quand il tourne ; lancez-le."


def fallback_key(is_there: bool) -> str:
    """Say whether there is a fallback key."""
    if is_there:
        return "La clé de secours est sur le serveur."
    return "Aucune clé de secours inutilisée sur le serveur : le bot en envoie une quand il tourne ; lancez-le."


def device_known(device_id: str, is_right: bool) -> str:
    """Say whether the server has the keys of the device."""
    if is_right:
        return f"Le serveur connaît les clés de l'appareil {device_id}."
    return f"Le serveur n'a pas les clés de l'appareil {device_id} : relancez le bot, qui les envoie au démarrage."


def device_keys(device_id: str, is_right: bool) -> str:
    """Say whether these keys are ours."""
    return f"Ce sont bien les nôtres ({device_id})." if is_right else device_keys_lost(device_id)


def identity_published(is_right: bool) -> str:
    """Say whether the account has an identity."""
    if is_right:
        return "Le compte a une identité de signature croisée."
    return "Le compte n'a pas d'identité de signature croisée : relancez le bot, qui la publie au démarrage."


def identity_ours(is_right: bool) -> str:
    """Say whether this identity is that of the seeds."""
    return "C'est bien celle de nos graines." if is_right else other_identity()


def middle_signed(is_right: bool) -> str:
    """Say whether the self-signing key is signed."""
    if is_right:
        return "L'identité signe la clé qui signe les appareils."
    return "La clé qui signe les appareils n'est pas signée par l'identité : relancez le bot, qui la publie de nouveau."


def device_signed(device_id: str, is_right: bool) -> str:
    """Say whether the device is signed."""
    if is_right:
        return f"L'appareil {device_id} est signé : les clients stricts lisent le bot et lui écrivent."
    return (
        f"L'appareil {device_id} n'est pas signé : les clients stricts ne le liront pas. Relancez le bot, il se signe."
    )


def unreadable_picture(path: Path, reason: str) -> str:
    """Say that the picture of the account cannot be read."""
    return f"Impossible de lire l'image du compte « {path} » (matrix.avatar) : {reason}."
