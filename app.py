"""`python app.py`: the practice room on http://127.0.0.1:7860."""

from interviewer.cli import main

if __name__ == "__main__":
    raise SystemExit(main(["serve"]))
