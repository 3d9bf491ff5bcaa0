package document

import (
	"context"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// Service serves documents, revisions, diagnostics and mentions.
type Service struct{ db *database.DB }

// New returns a Service on db.
func New(db *database.DB) *Service { return &Service{db} }

// ByIDs returns the documents with these ids.
func (s *Service) ByIDs(ctx context.Context, ids []id.Document) (map[id.Document]*Document, error) {
	return page.ByIDs(ctx, s.db, documents(), ids)
}

// List returns a page of documents.
func (s *Service) List(ctx context.Context, q page.Query[DocumentFilter]) (*DocumentConnection, error) {
	return page.Fetch(ctx, s.db, documents(), q)
}

// OfUsers returns a page of the documents that each person owns.
func (s *Service) OfUsers(ctx context.Context, ids []id.User, q page.Query[DocumentFilter]) (map[id.User]*DocumentConnection, error) {
	return page.FetchEach(ctx, s.db, documents(), page.Via{Name: "OfUsers", On: page.On("document.owner_id = parent.key")}, ids, q)
}

// OfCohorts returns a page of the documents of each cohort.
func (s *Service) OfCohorts(ctx context.Context, ids []id.Cohort, q page.Query[DocumentFilter]) (map[id.Cohort]*DocumentConnection, error) {
	return page.FetchEach(ctx, s.db, documents(), page.Via{Name: "OfCohorts", On: page.On("document.cohort_id = parent.key")}, ids, q)
}

// OfPrograms returns a page of the documents of each programme and its cohorts.
func (s *Service) OfPrograms(ctx context.Context, ids []id.Program, q page.Query[DocumentFilter]) (map[id.Program]*DocumentConnection, error) {
	return page.FetchEach(ctx, s.db, documents(), page.Via{
		Name: "OfPrograms",
		On:   page.On("document.program_id = parent.key OR document.cohort_id IN (SELECT c.id FROM cohort AS c WHERE c.program_id = parent.key)"),
	}, ids, q)
}

// OfTechnologies returns a page of the documents that mention each technology.
func (s *Service) OfTechnologies(ctx context.Context, ids []id.Technology, q page.Query[DocumentFilter]) (map[id.Technology]*DocumentConnection, error) {
	return page.FetchEach(ctx, s.db, documents(), page.Via{
		Name: "OfTechnologies",
		On:   page.On("document.id IN (SELECT m.document_id FROM mention AS m WHERE m.technology_id = parent.key)"),
	}, ids, q)
}

// OfConcepts returns a page of the documents that explain each concept.
func (s *Service) OfConcepts(ctx context.Context, ids []id.Concept, q page.Query[DocumentFilter]) (map[id.Concept]*DocumentConnection, error) {
	return page.FetchEach(ctx, s.db, documents(), page.Via{
		Name: "OfConcepts",
		On:   page.On("document.id IN (SELECT m.document_id FROM mention AS m WHERE m.concept_id = parent.key)"),
	}, ids, q)
}

// MentionsByIDs returns the mentions with these ids.
func (s *Service) MentionsByIDs(ctx context.Context, ids []id.Mention) (map[id.Mention]*Mention, error) {
	return page.ByIDs(ctx, s.db, mentions(), ids)
}

// MentionsOfDocuments returns a page of what each document mentions.
func (s *Service) MentionsOfDocuments(ctx context.Context, ids []id.Document, q page.Query[page.NoFilter]) (map[id.Document]*MentionConnection, error) {
	return page.FetchEach(ctx, s.db, mentions(), page.Via{Name: "MentionsOfDocuments", On: page.On("mention.document_id = parent.key")}, ids, q)
}

// MentionsOfTechnologies returns a page of the mentions of each technology.
func (s *Service) MentionsOfTechnologies(ctx context.Context, ids []id.Technology, q page.Query[page.NoFilter]) (map[id.Technology]*MentionConnection, error) {
	return page.FetchEach(ctx, s.db, mentions(), page.Via{Name: "MentionsOfTechnologies", On: page.On("mention.technology_id = parent.key")}, ids, q)
}

// MentionsOfConcepts returns a page of the mentions of each concept.
func (s *Service) MentionsOfConcepts(ctx context.Context, ids []id.Concept, q page.Query[page.NoFilter]) (map[id.Concept]*MentionConnection, error) {
	return page.FetchEach(ctx, s.db, mentions(), page.Via{Name: "MentionsOfConcepts", On: page.On("mention.concept_id = parent.key")}, ids, q)
}
