package technology

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/slug"
)

// attempts bounds how often a new name is looked up again because somebody else
// created it, or took its slug, at the same moment.
const attempts = 5

// Named is a technology as a document names it.
type Named struct {
	Name     string
	Category TechnologyCategory
	// Aliases are other spellings that are known of it.
	Aliases []string
}

// Ensure returns the technologies of these names by folded name, in the
// transaction of ctx. A name is looked up before the aliases that are known of
// it; what does not exist is created with those aliases that belong to nobody.
// A technology that was deleted is neither created again nor returned.
func (s *Service) Ensure(ctx context.Context, names []Named, at time.Time) (map[string]id.Technology, error) {
	wanted := map[string]Named{}
	for _, named := range names {
		folded := ingest.Fold(named.Name)
		if _, known := wanted[folded]; folded != "" && !known {
			wanted[folded] = named
		}
	}
	found := make(map[string]id.Technology, len(wanted))
	for range attempts {
		if err := s.find(ctx, wanted, found); err != nil {
			return nil, fmt.Errorf("look up technologies: %w", database.Translate(err))
		}
		if len(wanted) == 0 {
			return found, nil
		}
		if err := s.create(ctx, wanted, at); err != nil {
			return nil, fmt.Errorf("create technologies: %w", database.Translate(err))
		}
	}
	return nil, errs.Conflict("Others create the same technologies at the same time; try again.")
}

// owner is the technology that an alias belongs to.
type owner struct {
	FoldedName   string
	TechnologyID id.Technology
	Deleted      bool
}

// find moves the names that exist from wanted to found.
func (s *Service) find(ctx context.Context, wanted map[string]Named, found map[string]id.Technology) error {
	if len(wanted) == 0 {
		return nil
	}
	var spellings []string
	for folded, named := range wanted {
		spellings = append(spellings, folded)
		for _, alias := range named.Aliases {
			spellings = append(spellings, ingest.Fold(alias))
		}
	}
	slices.Sort(spellings)
	var rows []owner
	// Not "= ANY": for that PostgreSQL takes the trigram index, a hundred times slower.
	// Locked, so that no merge misses what this import is about to write; one that
	// was waited for has left its target.
	err := s.db.Handle(ctx).Raw(`SELECT a.folded_name, COALESCE(t.merged_into_id, t.id) AS technology_id,
		t.deleted_at IS NOT NULL AND t.merged_into_id IS NULL AS deleted
		FROM unnest(CAST(? AS text[])) AS wanted(folded_name)
		JOIN technology_alias AS a ON a.folded_name = wanted.folded_name
		JOIN technology AS t ON t.id = a.technology_id
		ORDER BY t.id FOR KEY SHARE OF t`, database.Texts(slices.Compact(spellings))).Scan(&rows).Error
	if err != nil {
		return err
	}
	owners := make(map[string]owner, len(rows))
	for _, row := range rows {
		owners[row.FoldedName] = row
	}
	for folded, named := range wanted {
		if o, known := ownerOf(owners, folded, named); known {
			delete(wanted, folded)
			if !o.Deleted {
				found[folded] = o.TechnologyID
			}
		}
	}
	return nil
}

func ownerOf(owners map[string]owner, folded string, named Named) (owner, bool) {
	if o, known := owners[folded]; known {
		return o, true
	}
	for _, alias := range named.Aliases {
		// Only the name itself says that a technology was deleted on purpose.
		if o, known := owners[ingest.Fold(alias)]; known && !o.Deleted {
			return o, true
		}
	}
	return owner{}, false
}

// create makes the wanted technologies, except those that somebody else has
// made since, and those whose slug somebody else took. It works in the order of
// the folded names, so that two imports wait for each other and never both.
func (s *Service) create(ctx context.Context, wanted map[string]Named, at time.Time) error {
	keys := slices.Sorted(maps.Keys(wanted))
	names := make([]string, len(keys))
	for i, key := range keys {
		names[i] = wanted[key].Name
	}
	handle := s.db.Handle(ctx)
	var taken []string
	err := handle.Raw("SELECT slug FROM technology WHERE deleted_at IS NULL AND slug = ANY(CAST(? AS text[]))",
		database.Texts(slug.AllCandidates(names))).Scan(&taken).Error
	if err != nil {
		return err
	}
	rows, aliases := make([]*Technology, len(keys)), make([]*TechnologyAlias, len(keys))
	for i, chosen := range slug.Assign(names, taken) {
		rows[i] = &Technology{
			ID: id.New[id.Technology](), Slug: chosen, Name: names[i], Category: wanted[keys[i]].Category,
			Version: 1, CreatedAt: at, UpdatedAt: at,
		}
		aliases[i] = &TechnologyAlias{FoldedName: keys[i], TechnologyID: rows[i].ID, Name: names[i]}
	}
	unlessTaken := clause.OnConflict{DoNothing: true}
	if err := handle.Clauses(unlessTaken).CreateInBatches(rows, 2000).Error; err != nil {
		return err
	}
	return s.name(ctx, wanted, aliases)
}

// name gives new technologies their names, then their aliases. One whose name
// belongs to another technology by now is taken back.
func (s *Service) name(ctx context.Context, wanted map[string]Named, names []*TechnologyAlias) error {
	ids := make([]id.Technology, len(names))
	for i, name := range names {
		ids[i] = name.TechnologyID
	}
	if err := s.addAliases(ctx, names); err != nil {
		return err
	}
	handle := s.db.Handle(ctx)
	err := handle.Exec(`DELETE FROM technology AS t WHERE t.id = ANY(CAST(? AS uuid[]))
		AND NOT EXISTS (SELECT FROM technology_alias AS a WHERE a.technology_id = t.id)`, database.UUIDs(ids)).Error
	if err != nil {
		return err
	}
	var others []*TechnologyAlias
	for _, name := range names {
		for _, alias := range wanted[name.FoldedName].Aliases {
			if folded := ingest.Fold(alias); folded != "" && folded != name.FoldedName {
				others = append(others, &TechnologyAlias{FoldedName: folded, TechnologyID: name.TechnologyID, Name: alias})
			}
		}
	}
	slices.SortStableFunc(others, func(a, b *TechnologyAlias) int { return strings.Compare(a.FoldedName, b.FoldedName) })
	return s.addAliases(ctx, others)
}

// addAliases adds those aliases that belong to nobody, of technologies that
// exist.
func (s *Service) addAliases(ctx context.Context, aliases []*TechnologyAlias) error {
	if len(aliases) == 0 {
		return nil
	}
	folded, names, ids := make([]string, len(aliases)), make([]string, len(aliases)), make([]id.Technology, len(aliases))
	for i, alias := range aliases {
		folded[i], names[i], ids[i] = alias.FoldedName, alias.Name, alias.TechnologyID
	}
	return s.db.Handle(ctx).Exec(`INSERT INTO technology_alias (folded_name, technology_id, name)
		SELECT a.folded_name, t.id, a.name
		FROM unnest(CAST(? AS text[]), CAST(? AS uuid[]), CAST(? AS text[])) WITH ORDINALITY AS a(folded_name, technology_id, name, position)
		JOIN technology AS t ON t.id = a.technology_id ORDER BY a.position
		ON CONFLICT DO NOTHING`, database.Texts(folded), database.UUIDs(ids), database.Texts(names)).Error
}
