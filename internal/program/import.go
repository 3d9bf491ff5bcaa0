package program

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/slug"
)

// attempts bounds how often a new title is looked up again because somebody
// else created it, or took its slug, at the same moment.
const attempts = 5

// maxTitle is the longest title of a programme, in characters.
const maxTitle = 300

// Find returns the programme of this title, compared folded; false when there
// is none. It is for imports: what is hidden counts too. It returns
// BAD_USER_INPUT for a title that cannot be one.
func (s *Service) Find(ctx context.Context, title string) (id.Program, bool, error) {
	if ingest.Fold(title) == "" || len([]rune(title)) > maxTitle {
		return id.Program{}, false, errs.BadUserInput("%.80q cannot be the title of a programme: it has letters or digits, and at most %d characters", title, maxTitle)
	}
	var rows []struct{ ID id.Program }
	err := s.db.Handle(ctx).Raw("SELECT id FROM program WHERE folded_title = ? AND deleted_at IS NULL", ingest.Fold(title)).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return id.Program{}, false, wrap("look up a programme", err)
	}
	return rows[0].ID, true, nil
}

// Ensure returns the programme of this title, compared folded, in the
// transaction of ctx, and creates it when there is none. It returns
// BAD_USER_INPUT for a title that cannot be one.
func (s *Service) Ensure(ctx context.Context, title string, at time.Time) (id.Program, error) {
	for range attempts {
		if found, exists, err := s.Find(ctx, title); err != nil || exists {
			return found, err
		}
		if err := s.create(ctx, title, at); err != nil {
			return id.Program{}, wrap("create a programme", err)
		}
	}
	return id.Program{}, errs.Conflict("Others create the same programme at the same time; try again.")
}

func (s *Service) create(ctx context.Context, title string, at time.Time) error {
	handle := s.db.Handle(ctx)
	var taken []string
	err := handle.Raw("SELECT slug FROM program WHERE deleted_at IS NULL AND slug = ANY(CAST(? AS text[]))",
		database.Texts(slug.Candidates(title))).Scan(&taken).Error
	if err != nil {
		return err
	}
	row := &Program{
		ID: id.New[id.Program](), Slug: slug.Assign([]string{title}, taken)[0], Title: title, FoldedTitle: ingest.Fold(title),
		Version: 1, CreatedAt: at, UpdatedAt: at,
	}
	return handle.Clauses(clause.OnConflict{DoNothing: true}).Create(row).Error
}

// Describe gives a programme that has no overview this one.
func (s *Service) Describe(ctx context.Context, program id.Program, overview string, at time.Time) error {
	return wrap("describe a programme", s.db.Handle(ctx).Exec(`UPDATE program SET overview = ?, version = version + 1, updated_at = ?
		WHERE id = ? AND overview IS NULL AND edited_at IS NULL`, overview, at, program).Error)
}

// Cohorts returns the cohorts with these ids. It is for imports: the actor
// does not matter.
func (s *Service) Cohorts(ctx context.Context, ids []id.Cohort) (map[id.Cohort]*Cohort, error) {
	var rows []*Cohort
	err := s.db.Handle(ctx).Select("id", "program_id", "name", "visibility").
		Where("id = ANY(CAST(? AS uuid[])) AND deleted_at IS NULL", database.UUIDs(ids)).Find(&rows).Error
	cohorts := make(map[id.Cohort]*Cohort, len(rows))
	for _, row := range rows {
		cohorts[row.ID] = row
	}
	return cohorts, wrap("look up cohorts", err)
}

// CohortNamed returns the cohort of this name in a programme; false when there
// is none. It is for imports: the actor does not matter.
func (s *Service) CohortNamed(ctx context.Context, program id.Program, name string) (*Cohort, bool, error) {
	var rows []*Cohort
	err := s.db.Handle(ctx).Select("id", "program_id", "name", "visibility").
		Where("program_id = ? AND name = ? AND deleted_at IS NULL", program, name).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, false, wrap("look up a cohort", err)
	}
	return rows[0], true, nil
}

// EnsureCohorts creates those cohorts whose name is new in their programme, in
// the transaction of ctx, and leaves the others as they are.
func (s *Service) EnsureCohorts(ctx context.Context, cohorts []*Cohort) error {
	if len(cohorts) == 0 {
		return nil
	}
	return wrap("create cohorts", s.db.Handle(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(cohorts, 2000).Error)
}

// EnsureMembers adds those members that are not in their cohort yet, in the
// transaction of ctx; the role of the others stays.
func (s *Service) EnsureMembers(ctx context.Context, members []*Membership) error {
	if len(members) == 0 {
		return nil
	}
	return wrap("add members", s.db.Handle(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(members, 2000).Error)
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, database.Translate(err))
}
