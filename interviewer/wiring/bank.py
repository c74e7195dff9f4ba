"""The questions, and what finds them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from interviewer.models import Competency
from interviewer.paths import knowledge_folder
from interviewer.wiring.records import RecordsParts

if TYPE_CHECKING:
    from interviewer.authoring.live import LiveBank
    from interviewer.questions.bank import Bank
    from interviewer.questions.embeddings import Embedder
    from interviewer.questions.index import QuestionIndex
    from interviewer.questions.keeping import IndexKeeper
    from interviewer.questions.skills import SkillList


class BankParts(RecordsParts):
    """The questions, and what finds them."""

    @cached_property
    def bank(self) -> Bank:
        """The bank that travels with the code, and the operator's own folder."""
        from interviewer.questions.bank import load_bank

        folders = [knowledge_folder() / "questions"]
        if self.settings.questions:
            folders.append(self.settings.questions)
        return load_bank(folders, knowledge=knowledge_folder())

    @cached_property
    def live_bank(self) -> LiveBank:
        """The same with what people have published in the records, as it stands now."""
        from interviewer.authoring.live import LiveBank

        return LiveBank(self.bank, self.authored, self.person)

    @cached_property
    def competencies(self) -> tuple[Competency, ...]:
        """What the report scores, for those who need no question."""
        from interviewer.questions.bank import load_competencies

        return load_competencies(knowledge_folder())

    @cached_property
    def skills(self) -> SkillList:
        """What postings ask for and texts are about; BankError if the list is not as it should be."""
        from interviewer.questions.skills import load_skills

        return load_skills(knowledge_folder() / "skills.yaml", [each.id for each in self.competencies])

    @cached_property
    def embedder(self) -> Embedder:
        """The endpoint's embeddings if a model for them is set, else the offline ones."""
        from interviewer.questions.embeddings import EndpointEmbedder, HashingEmbedder

        settings = self.settings
        if settings.embeddings_model:
            from interviewer.network import refuse_broken_network

            refuse_broken_network()
            return EndpointEmbedder(
                settings.embeddings_model, api_key=settings.api_key, base_url=settings.base_url, timeout=settings.request_timeout
            )
        return HashingEmbedder(concepts=self.bank.terms)

    @cached_property
    def index(self) -> QuestionIndex:
        """The vector index in the data folder; not opened yet."""
        from interviewer.questions.index import QuestionIndex

        return QuestionIndex(self.settings.data / "index", self.embedder)

    @cached_property
    def index_keeper(self) -> IndexKeeper:
        """What keeps the index at what is asked of others than its author: what somebody published for themselves is not in it."""
        from interviewer.questions.keeping import IndexKeeper

        return IndexKeeper(self.index, self.live_bank.shared)
