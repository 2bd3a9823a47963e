"""Files that the bot alone may read, whatever is planted where they are written."""

import os
import stat
from pathlib import Path

import pytest
from disks import fill, small_disk

from bot.private_files import make_private, write_secret


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def plant(path: Path, what: str, elsewhere: Path) -> None:
    if what == "an open file":
        path.write_text("planted")
        path.chmod(0o666)
    elif what == "a link":
        path.symlink_to(elsewhere)
    elif what == "a broken link":
        path.symlink_to(elsewhere.with_name("nowhere"))
    elif what == "another name of a file":
        path.hardlink_to(elsewhere)
    elif what == "a pipe":
        os.mkfifo(path, 0o666)


PLANTED = ("nothing", "an open file", "a link", "a broken link", "another name of a file", "a pipe")


@pytest.mark.parametrize("what", PLANTED)
@pytest.mark.parametrize("place", ["file", "file.part", ".file.part", "file.tmp"])
@pytest.mark.parametrize("umask", [0, 0o777])
def test_a_secret_is_its_owners_alone_whatever_is_planted(tmp_path: Path, what: str, place: str, umask: int) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("of another")
    elsewhere.chmod(0o666)
    plant(tmp_path / place, what, elsewhere)
    before = os.umask(umask)
    try:
        write_secret(tmp_path / "file", "secret")
    finally:
        os.umask(before)
    assert (tmp_path / "file").read_text() == "secret"
    assert stat.S_ISREG((tmp_path / "file").lstat().st_mode)
    assert mode(tmp_path / "file") == 0o600
    assert (tmp_path / "file").stat().st_nlink == 1
    assert elsewhere.read_text() == "of another"
    assert not (tmp_path / "nowhere").exists()


def test_where_a_folder_stands_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "file" / "inner").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        write_secret(tmp_path / "file", "secret")
    assert [path.name for path in tmp_path.rglob("*")] == ["file", "inner"]


def test_on_a_full_disk_the_secret_before_stays_and_nothing_else(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "200k") as disk:
        write_secret(disk / "file", "before")
        filler = fill(disk)
        with pytest.raises(OSError, match="space"):
            write_secret(disk / "file", "after" * 1_000)
        assert (disk / "file").read_text() == "before"
        assert {path.name for path in disk.iterdir()} == {"file", filler.name}


@pytest.mark.parametrize("what", ["a link", "a broken link", "a pipe"])
def test_no_database_is_made_through_what_is_planted(tmp_path: Path, what: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("of another")
    plant(tmp_path / "file", what, elsewhere)
    with pytest.raises(OSError):  # noqa: PT011 - each system has its word for it
        make_private(tmp_path / "file")
    assert not (tmp_path / "nowhere").exists()


def test_a_database_that_others_could_read_is_its_owners_alone(tmp_path: Path) -> None:
    plant(tmp_path / "file", "an open file", tmp_path)
    make_private(tmp_path / "file")
    assert mode(tmp_path / "file") == 0o600
    assert (tmp_path / "file").read_text() == "planted"
