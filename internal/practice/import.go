package practice

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/entry"
	"github.com/project-nexus/nexus/internal/id"
)

// Imported is a practice as a document tells of it.
type Imported struct {
	entry.Fresh

	Technologies []id.Technology
}

// Import brings the practices of a document in step with its newest revision,
// in the transaction of ctx.
func (s *Service) Import(ctx context.Context, o entry.Origin, fresh []Imported) (entry.Changes, error) {
	stored, links, err := s.stored(ctx, o)
	if err != nil {
		return entry.Changes{}, fmt.Errorf("practices of a document: %w", database.Translate(err))
	}
	synced := entry.Sync(o, importKind(o), stored, fresh)
	linked, unlinked := relink(synced.Rows, fresh, links)
	if err := s.write(ctx, synced.Write, linked, unlinked); err != nil {
		return entry.Changes{}, fmt.Errorf("store practices: %w", database.Translate(err))
	}
	return synced.Changes, nil
}

// technologyLink says that a practice concerns a technology.
type technologyLink struct {
	PracticeID   id.Practice
	TechnologyID id.Technology
}

// stored returns the practices of a document, locked until the transaction
// ends: a person who edits at the same time waits, and nothing is overwritten.
func (s *Service) stored(ctx context.Context, o entry.Origin) ([]*Practice, map[technologyLink]bool, error) {
	if o.New {
		return nil, nil, nil
	}
	handle := s.db.Handle(ctx).Session(&gorm.Session{QueryFields: true})
	var stored []*Practice
	err := handle.Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).
		Where("document_id = ?", o.Document).Order("first_line, id").Find(&stored).Error
	if err != nil || len(stored) == 0 {
		return nil, nil, err
	}
	ids := make([]id.Practice, len(stored))
	for i, p := range stored {
		ids[i] = p.ID
	}
	var rows []technologyLink
	err = handle.Table("practice_technology").Where("practice_id = ANY(CAST(? AS uuid[]))", database.UUIDs(ids)).Find(&rows).Error
	links := make(map[technologyLink]bool, len(rows))
	for _, link := range rows {
		links[link] = true
	}
	return stored, links, err
}

func importKind(o entry.Origin) entry.Kind[Practice, Imported] {
	return entry.Kind[Practice, Imported]{
		Row: func(p *Practice) entry.Row {
			return entry.Row{
				Subject:  id.AnyOf(p.ID),
				CohortID: &p.CohortID, FirstLine: &p.FirstLine, LastLine: &p.LastLine,
				Version: &p.Version, UpdatedAt: &p.UpdatedAt,
				EditedAt: &p.EditedAt, MissingAt: &p.MissingAt, DeletedAt: p.DeletedAt,
				Title: p.Title, Body: p.Body,
			}
		},
		Fresh: func(f Imported) entry.Fresh { return f.Fresh },
		Create: func(f Imported) *Practice {
			return &Practice{
				ID: id.New[id.Practice](), Title: f.Title, Body: f.Body,
				AuthorID: o.Author, CohortID: o.Cohort, DocumentID: &o.Document,
				FirstLine: &f.Span.First, LastLine: &f.Span.Last,
				Version: 1, CreatedAt: o.At, UpdatedAt: o.At,
			}
		},
		Same:    func(p *Practice, f Imported) bool { return p.Title == f.Title && p.Body == f.Body },
		Rewrite: func(p *Practice, f Imported) { p.Title, p.Body = f.Title, f.Body },
	}
}

// relink works out how the technologies of each row become those of the
// document; what a person edited or deleted stays.
func relink(rows []*Practice, fresh []Imported, links map[technologyLink]bool) (linked, unlinked []technologyLink) {
	wanted := map[technologyLink]bool{}
	revised := map[id.Practice]bool{}
	for i, p := range rows {
		if p.EditedAt != nil || p.DeletedAt != nil {
			continue
		}
		revised[p.ID] = true
		for _, technology := range fresh[i].Technologies {
			link := technologyLink{p.ID, technology}
			if !wanted[link] && !links[link] {
				linked = append(linked, link)
			}
			wanted[link] = true
		}
	}
	for link := range links {
		if revised[link.PracticeID] && !wanted[link] {
			unlinked = append(unlinked, link)
		}
	}
	return linked, unlinked
}

// batch is the greatest number of rows of one statement; the columns of each
// must stay below the 65,535 parameters of the protocol.
const batch = 2000

func (s *Service) write(ctx context.Context, practices []*Practice, linked, unlinked []technologyLink) error {
	handle := s.db.Handle(ctx)
	if len(practices) > 0 {
		// Inserts new rows and updates old ones; scores and times of creation stay.
		upsert := clause.OnConflict{
			Columns:   []clause.Column{{Name: "id"}},
			DoUpdates: clause.AssignmentColumns([]string{"title", "body", "cohort_id", "first_line", "last_line", "version", "updated_at", "missing_at"}),
		}
		if err := handle.Clauses(upsert).CreateInBatches(practices, batch).Error; err != nil {
			return err
		}
	}
	if len(unlinked) > 0 {
		practices, technologies := columns(unlinked)
		err := handle.Exec(`DELETE FROM practice_technology AS pt
			USING unnest(CAST(? AS uuid[]), CAST(? AS uuid[])) AS gone(practice_id, technology_id)
			WHERE pt.practice_id = gone.practice_id AND pt.technology_id = gone.technology_id`,
			database.UUIDs(practices), database.UUIDs(technologies)).Error
		if err != nil {
			return err
		}
	}
	if len(linked) == 0 {
		return nil
	}
	ids, technologies := columns(linked)
	return handle.Exec(`INSERT INTO practice_technology (practice_id, technology_id, created_at)
		SELECT p.id, link.technology_id, p.created_at
		FROM unnest(CAST(? AS uuid[]), CAST(? AS uuid[])) AS link(practice_id, technology_id)
		JOIN practice AS p ON p.id = link.practice_id
		ON CONFLICT DO NOTHING`, database.UUIDs(ids), database.UUIDs(technologies)).Error
}

func columns(links []technologyLink) ([]id.Practice, []id.Technology) {
	practices, technologies := make([]id.Practice, len(links)), make([]id.Technology, len(links))
	for i, link := range links {
		practices[i], technologies[i] = link.PracticeID, link.TechnologyID
	}
	return practices, technologies
}
