package practice

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

// Service serves practices.
type Service struct{ db *database.DB }

// New returns a Service on db.
func New(db *database.DB) *Service { return &Service{db} }

// ByIDs returns the practices with these ids.
func (s *Service) ByIDs(ctx context.Context, ids []id.Practice) (map[id.Practice]*Practice, error) {
	return page.ByIDs(ctx, s.db, practices(), ids)
}

// List returns a page of practices.
func (s *Service) List(ctx context.Context, q page.Query[PracticeFilter]) (*PracticeConnection, error) {
	return page.Fetch(ctx, s.db, practices(), q)
}

// OfCohorts returns a page of the practices of each cohort.
func (s *Service) OfCohorts(ctx context.Context, ids []id.Cohort, q page.Query[PracticeFilter]) (map[id.Cohort]*PracticeConnection, error) {
	return page.FetchEach(ctx, s.db, practices(), page.Via{Name: "OfCohorts", On: page.On("practice.cohort_id = parent.key")}, ids, q)
}

// OfDocuments returns a page of the practices that each document notes.
func (s *Service) OfDocuments(ctx context.Context, ids []id.Document, q page.Query[PracticeFilter]) (map[id.Document]*PracticeConnection, error) {
	return page.FetchEach(ctx, s.db, practices(), page.Via{Name: "OfDocuments", On: page.On("practice.document_id = parent.key")}, ids, q)
}

// OfPrograms returns a page of the practices of each programme: those of its
// cohorts and of its visible documents.
func (s *Service) OfPrograms(ctx context.Context, ids []id.Program, q page.Query[PracticeFilter]) (map[id.Program]*PracticeConnection, error) {
	return page.FetchEach(ctx, s.db, practices(), page.Via{Name: "OfPrograms", On: auth.EntryOfProgram(ctx, "practice", "parent.key")}, ids, q)
}

// OfTechnologies returns a page of the practices that concern each technology.
func (s *Service) OfTechnologies(ctx context.Context, ids []id.Technology, q page.Query[PracticeFilter]) (map[id.Technology]*PracticeConnection, error) {
	return page.FetchEach(ctx, s.db, practices(), page.Via{
		Name:    "OfTechnologies",
		Join:    "JOIN practice_technology AS of_technology ON of_technology.practice_id = practice.id",
		On:      page.On("of_technology.technology_id = parent.key"),
		Columns: map[string]string{"practice.created_at": "of_technology.created_at", "practice.id": "of_technology.practice_id"},
	}, ids, q)
}

func practices() page.List[Practice, PracticeFilter] {
	return page.List[Practice, PracticeFilter]{
		Name: "practices", Table: "practice",
		Field: string(OrderCreatedAt), Direction: page.Desc,
		Orders: map[string]page.Key[Practice]{
			string(OrderCreatedAt): page.ByTime("practice.created_at", func(p *Practice) time.Time { return p.CreatedAt }),
			string(OrderScore):     page.ByInt("practice.score", func(p *Practice) int32 { return p.Score }),
		},
		ID: func(p *Practice) uuid.UUID { return p.ID.UUID },
		Visible: func(ctx context.Context) clause.Expr {
			return auth.Visible(ctx, auth.PracticeRows())
		},
		Narrow: narrowPractices,
		Where: func(_ context.Context, f PracticeFilter) []clause.Expr {
			var conditions []clause.Expr
			if f.Cohort != nil {
				conditions = append(conditions, page.On("practice.cohort_id = ?", *f.Cohort))
			}
			if f.Document != nil {
				conditions = append(conditions, page.On("practice.document_id = ?", *f.Document))
			}
			return conditions
		},
	}
}

// narrowPractices reads the practices of a technology by their join rows, whose
// index has the default order.
func narrowPractices(f PracticeFilter) page.Via {
	if f.Technology == nil {
		return page.Via{}
	}
	return page.Via{
		Join:    "JOIN practice_technology AS named ON named.practice_id = practice.id",
		On:      page.On("named.technology_id = (SELECT technology_by_name(?, lower(?)))", ingest.Fold(*f.Technology), *f.Technology),
		Columns: map[string]string{"practice.created_at": "named.created_at", "practice.id": "named.practice_id"},
	}
}
