"""What the children of the supervisor are told."""

from pathlib import Path

from app.settings import Settings
from app.supervisor import wiring


def test_several_workers_add_up_in_a_folder_that_no_full_disk_takes_away(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, secret=b"x" * 32, workers=2)
    (tmp_path / "run").mkdir()
    told = wiring.many_workers(settings)
    folder = Path(told[wiring.METRICS])
    assert folder.is_dir()
    assert folder.is_relative_to(wiring.MEMORY if wiring.MEMORY.is_dir() else tmp_path)
    wiring.forget_metrics(told)
    assert not folder.exists()
    assert wiring.many_workers(Settings(data=tmp_path, secret=b"x" * 32, workers=1)) == {}


def test_a_place_that_somebody_else_took_is_left_to_them(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(wiring, "MEMORY", tmp_path / "nowhere")
    (tmp_path / "run").mkdir()
    assert wiring.metrics_folder(tmp_path) == tmp_path / "run" / "metrics"
