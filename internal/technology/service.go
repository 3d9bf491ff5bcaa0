package technology

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/page"
)

// Service serves technologies.
type Service struct{ db *database.DB }

// New returns a Service on db.
func New(db *database.DB) *Service { return &Service{db} }

// ByIDs returns the technologies with these ids.
func (s *Service) ByIDs(ctx context.Context, ids []id.Technology) (map[id.Technology]*Technology, error) {
	return page.ByIDs(ctx, s.db, technologies(), ids)
}

// ByName returns the technology with this slug or any of its spellings.
func (s *Service) ByName(ctx context.Context, name string) (*Technology, error) {
	return page.One(ctx, s.db, technologies(), "technology",
		page.On("technology.id = (SELECT technology_by_name(?, lower(?)))", ingest.Fold(name), name))
}

// List returns a page of technologies.
func (s *Service) List(ctx context.Context, q page.Query[TechnologyFilter]) (*TechnologyConnection, error) {
	return page.Fetch(ctx, s.db, technologies(), q)
}

// OfChallenges returns a page of the technologies that each challenge concerns.
func (s *Service) OfChallenges(ctx context.Context, ids []id.Challenge, q page.Query[TechnologyFilter]) (map[id.Challenge]*TechnologyConnection, error) {
	return page.FetchEach(ctx, s.db, technologies(), page.Via{
		Name: "OfChallenges",
		Join: "JOIN challenge_technology AS ct ON ct.technology_id = technology.id",
		On:   page.On("ct.challenge_id = parent.key"),
	}, ids, q)
}

// OfPractices returns a page of the technologies that each practice concerns.
func (s *Service) OfPractices(ctx context.Context, ids []id.Practice, q page.Query[TechnologyFilter]) (map[id.Practice]*TechnologyConnection, error) {
	return page.FetchEach(ctx, s.db, technologies(), page.Via{
		Name: "OfPractices",
		Join: "JOIN practice_technology AS pt ON pt.technology_id = technology.id",
		On:   page.On("pt.practice_id = parent.key"),
	}, ids, q)
}

// OfDocuments returns a page of the technologies that each document mentions.
func (s *Service) OfDocuments(ctx context.Context, ids []id.Document, q page.Query[TechnologyFilter]) (map[id.Document]*TechnologyConnection, error) {
	return page.FetchEach(ctx, s.db, technologies(), page.Via{
		Name: "OfDocuments",
		On:   page.On("technology.id IN (SELECT mention.technology_id FROM mention WHERE mention.document_id = parent.key)"),
	}, ids, q)
}

// OfPrograms returns a page of the technologies that the visible documents of
// each programme, or of its cohorts, mention.
func (s *Service) OfPrograms(ctx context.Context, ids []id.Program, q page.Query[TechnologyFilter]) (map[id.Program]*TechnologyConnection, error) {
	return page.FetchEach(ctx, s.db, technologies(), page.Via{
		Name: "OfPrograms",
		On:   auth.MentionedInProgram(ctx, "technology_id", "technology.id", "parent.key"),
	}, ids, q)
}

// Aliases returns the other spellings of each technology, sorted.
func (s *Service) Aliases(ctx context.Context, ids []id.Technology) (map[id.Technology][]string, error) {
	var rows []TechnologyAlias
	err := s.db.Handle(ctx).Raw(`SELECT a.folded_name, a.technology_id, a.name
		FROM technology_alias AS a JOIN technology AS t ON t.id = a.technology_id
		WHERE a.technology_id = ANY(CAST(? AS uuid[])) AND a.name <> t.name
		ORDER BY a.name, a.folded_name`, database.UUIDs(ids)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("aliases of technologies: %w", database.Translate(err))
	}
	aliases := make(map[id.Technology][]string, len(ids))
	for _, row := range rows {
		aliases[row.TechnologyID] = append(aliases[row.TechnologyID], row.Name)
	}
	return aliases, nil
}
