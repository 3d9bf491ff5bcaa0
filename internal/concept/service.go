package concept

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/page"
)

// Service serves concepts.
type Service struct{ db *database.DB }

// New returns a Service on db.
func New(db *database.DB) *Service { return &Service{db} }

// ByIDs returns the concepts with these ids.
func (s *Service) ByIDs(ctx context.Context, ids []id.Concept) (map[id.Concept]*Concept, error) {
	return page.ByIDs(ctx, s.db, concepts(), ids)
}

// ByName returns the concept with this slug, title or alias; a slug that it had
// before a merge will do.
func (s *Service) ByName(ctx context.Context, name string) (*Concept, error) {
	return page.One(ctx, s.db, concepts(), "concept",
		page.On("concept.id = (SELECT concept_by_name(?, lower(?)))", ingest.Fold(name), name))
}

// List returns a page of concepts.
func (s *Service) List(ctx context.Context, q page.Query[ConceptFilter]) (*ConceptConnection, error) {
	return page.Fetch(ctx, s.db, concepts(), q)
}

// OfDocuments returns a page of the concepts that each document explains.
func (s *Service) OfDocuments(ctx context.Context, ids []id.Document, q page.Query[ConceptFilter]) (map[id.Document]*ConceptConnection, error) {
	return page.FetchEach(ctx, s.db, concepts(), page.Via{
		Name: "OfDocuments",
		On:   page.On("concept.id IN (SELECT mention.concept_id FROM mention WHERE mention.document_id = parent.key)"),
	}, ids, q)
}

// OfPrograms returns a page of the concepts that the visible documents of each
// programme, or of its cohorts, explain.
func (s *Service) OfPrograms(ctx context.Context, ids []id.Program, q page.Query[ConceptFilter]) (map[id.Program]*ConceptConnection, error) {
	return page.FetchEach(ctx, s.db, concepts(), page.Via{
		Name: "OfPrograms",
		On:   auth.MentionedInProgram(ctx, "concept_id", "concept.id", "parent.key"),
	}, ids, q)
}

func concepts() page.List[Concept, ConceptFilter] {
	return page.List[Concept, ConceptFilter]{
		Name: "concepts", Table: "concept",
		Field: string(OrderTitle), Direction: page.Asc,
		Orders: map[string]page.Key[Concept]{
			string(OrderTitle):     page.ByText("concept.title", func(c *Concept) string { return c.Title }),
			string(OrderCreatedAt): page.ByTime("concept.created_at", func(c *Concept) time.Time { return c.CreatedAt }),
		},
		ID: func(c *Concept) uuid.UUID { return c.ID.UUID },
		Visible: func(ctx context.Context) clause.Expr {
			return auth.VisibleConcept(ctx)
		},
		Where: func(_ context.Context, f ConceptFilter) []clause.Expr {
			if f.TitleContains == nil {
				return nil
			}
			contains := database.Containing(ingest.Fold(*f.TitleContains))
			return []clause.Expr{page.On(`concept.id IN (SELECT titled.id FROM concept AS titled WHERE titled.folded_title LIKE ?
				UNION ALL SELECT a.concept_id FROM concept_alias AS a WHERE a.folded_title LIKE ?)`, contains, contains)}
		},
	}
}
