package concept

import (
	"context"
	"fmt"
	"maps"
	"slices"
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

// Ensure returns the concepts with these titles by folded title, in the
// transaction of ctx, and creates those that do not exist: a title is looked up
// before the aliases. A concept that was deleted is neither created again nor
// returned.
func (s *Service) Ensure(ctx context.Context, titles []string, at time.Time) (map[string]id.Concept, error) {
	wanted := map[string]string{}
	for _, title := range titles {
		folded := ingest.Fold(title)
		if _, known := wanted[folded]; folded != "" && !known {
			wanted[folded] = title
		}
	}
	found := make(map[string]id.Concept, len(wanted))
	for range attempts {
		if err := s.find(ctx, wanted, found); err != nil {
			return nil, fmt.Errorf("look up concepts: %w", database.Translate(err))
		}
		if len(wanted) == 0 {
			return found, nil
		}
		if err := s.create(ctx, wanted, at); err != nil {
			return nil, fmt.Errorf("create concepts: %w", database.Translate(err))
		}
	}
	return nil, errs.Conflict("Others create the same concepts at the same time; try again.")
}

// find moves the titles that exist from wanted to found.
func (s *Service) find(ctx context.Context, wanted map[string]string, found map[string]id.Concept) error {
	if len(wanted) == 0 {
		return nil
	}
	var rows []struct {
		ID          id.Concept
		FoldedTitle string
		Deleted     bool
		Alias       bool
	}
	// Not "= ANY": for that PostgreSQL takes the trigram index, a hundred times slower.
	// Locked, so that no merge misses what this import is about to write; one that
	// was waited for has left its target.
	err := s.db.Handle(ctx).Raw(`SELECT COALESCE(c.merged_into_id, c.id) AS id, wanted.folded_title, named.alias,
		c.deleted_at IS NOT NULL AND c.merged_into_id IS NULL AS deleted
		FROM unnest(CAST(? AS text[])) AS wanted(folded_title)
		JOIN LATERAL (SELECT t.id, false AS alias FROM concept AS t WHERE t.folded_title = wanted.folded_title AND t.merged_into_id IS NULL
			UNION ALL SELECT a.concept_id, true FROM concept_alias AS a WHERE a.folded_title = wanted.folded_title) AS named ON true
		JOIN concept AS c ON c.id = named.id
		ORDER BY c.id FOR KEY SHARE OF c`, database.Texts(folded(wanted))).Scan(&rows).Error
	for _, row := range rows {
		delete(wanted, row.FoldedTitle)
		_, known := found[row.FoldedTitle]
		if !row.Deleted && (!known || !row.Alias) {
			found[row.FoldedTitle] = row.ID
		}
	}
	return err
}

// create makes the wanted concepts, except those that somebody else has made
// since, and those whose slug somebody else took.
func (s *Service) create(ctx context.Context, wanted map[string]string, at time.Time) error {
	keys := folded(wanted)
	titles := make([]string, len(keys))
	for i, key := range keys {
		titles[i] = wanted[key]
	}
	handle := s.db.Handle(ctx)
	var taken []string
	err := handle.Raw("SELECT slug FROM concept WHERE deleted_at IS NULL AND slug = ANY(CAST(? AS text[]))",
		database.Texts(slug.AllCandidates(titles))).Scan(&taken).Error
	if err != nil {
		return err
	}
	rows := make([]*Concept, len(keys))
	for i, chosen := range slug.Assign(titles, taken) {
		rows[i] = &Concept{
			ID: id.New[id.Concept](), Slug: chosen, Title: titles[i], FoldedTitle: keys[i],
			Version: 1, CreatedAt: at, UpdatedAt: at,
		}
	}
	return handle.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, 2000).Error
}

// folded returns the keys in the order in which every import creates them, so
// that two imports wait for each other and never both.
func folded(wanted map[string]string) []string {
	return slices.Sorted(maps.Keys(wanted))
}
