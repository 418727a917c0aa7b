"""What the machinery refuses before any page is asked: cut-off bodies, foreign tokens, unknown blocks."""

from __future__ import annotations

from pathlib import Path

from evalplat.kernel.settings import Settings
from tests.world import World


def test_a_cut_off_form_does_nothing(noticed_world: World) -> None:
    """The token is cut off with the rest, so a button without fields must not be pressed by it."""
    with noticed_world.client("liaison-jiaotong") as client:
        answer = client.post("/c/2026/u/jiaotong/notice/receipt", headers={"content-length": "999999999"}, content=b"")
    assert answer.status_code == 413
    with noticed_world.acting("system", write=False) as work:
        assert noticed_world.evaluation(work, "jiaotong").state == "notified"


def test_a_token_in_another_script_is_refused_like_any_wrong_one(world: World) -> None:
    with world.client("director") as client:
        assert client.post("/sign-out", data={"csrf_token": "令牌"}).status_code == 403


def test_an_unknown_block_is_answered_with_the_page(world: World) -> None:
    with world.client("director") as client:
        answer = client.get("/people?block=nothing", headers={"hx-request": "true"})
        assert answer.status_code == 200
        assert "<html" in answer.text


def test_the_key_is_written_whole(tmp_path: Path) -> None:
    """A second process finds the first one's key, never an empty file."""
    first, second = Settings(data_dir=tmp_path), Settings(data_dir=tmp_path)
    assert first.secret() == second.secret()
    assert len(first.secret()) > 40
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
