"""What the practice room's buttons begin of the training: a round for today, and a round of what an interview shows was missed."""

from __future__ import annotations

from dataclasses import dataclass

from interviewer.models import CardKey, Interview, Lang, Setup
from interviewer.training.service import LEAST_MINUTES, MOST_MINUTES, Refusal, Training
from interviewer.ui.drill_scene import missed_keys
from interviewer.ui.labels import words
from interviewer.ui.setup_form import Catalogue

_LONGEST_NUMBER = 3


@dataclass(frozen=True, slots=True)
class Drills:
    """Begins drills in the page's language, by the examiner and stand-in that an interview would have by itself."""

    training: Training
    catalogue: Catalogue
    lang: Lang

    def begin_today(self, owner: str, minutes: int | None) -> Interview:
        """A round of what is due and new, for so many minutes; None for what the person chose."""
        catalogue, chosen = self.catalogue, minutes or self.training.settings(owner).minutes
        return self.training.begin(owner, minutes=chosen, lang=self.lang, examiner=catalogue.default_examiner, stand_in=catalogue.stand_in)

    def begin_set(self, owner: str, setup: Setup) -> Interview:
        """A round of every point of these questions, in their order."""
        points: dict[str, list[CardKey]] = {}
        for card in self.training.cards(owner):
            points.setdefault(card.key.question_id, []).append(card.key)
        keys = [key for question_id in setup.question_ids for key in points.get(question_id, ())]
        return self.training.begin(owner, keys=keys, lang=setup.lang, examiner=setup.examiner, stand_in=setup.stand_in)

    def begin_missed(self, interview: Interview) -> Interview:
        """A round of the points that the interview shows were not recalled, judged as that was."""
        keys = missed_keys(interview)
        setup = interview.setup
        able = setup.examiner if setup.examiner in self.catalogue.examiners else self.catalogue.default_examiner
        return self.training.begin(interview.owner, keys=keys, lang=setup.lang, examiner=able, stand_in=setup.stand_in)


def read_minutes(text: object) -> int | None:
    """Minutes as a button of the page says them, None for anything else."""
    told = str(text)
    return int(told) if told.isascii() and told.isdecimal() and len(told) <= _LONGEST_NUMBER else None


def tell_refusal(why: Refusal, lang: Lang) -> str:
    """What the practice room says where a round cannot be begun."""
    return words(lang)[f"training_refused_{why}"].format(low=LEAST_MINUTES, high=MOST_MINUTES)
