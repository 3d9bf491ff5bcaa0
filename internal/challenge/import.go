package challenge

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/entry"
	"github.com/project-nexus/nexus/internal/id"
)

// Imported is a challenge as a document tells of it.
type Imported struct {
	entry.Fresh

	Solution     *ImportedSolution
	Technologies []id.Technology
}

// ImportedSolution is the way out that a document tells of.
type ImportedSolution struct {
	Body string
	Span entry.Span
}

// Import brings the challenges and solutions of a document in step with its
// newest revision, in the transaction of ctx. An imported solution is accepted
// and its challenge solved, unless a person decided otherwise.
func (s *Service) Import(ctx context.Context, o entry.Origin, fresh []Imported) (entry.Changes, error) {
	stored, err := s.stored(ctx, o)
	if err != nil {
		return entry.Changes{}, fmt.Errorf("challenges of a document: %w", database.Translate(err))
	}
	r := revise(o, stored, fresh)
	if err := s.write(ctx, r); err != nil {
		return entry.Changes{}, fmt.Errorf("store challenges: %w", database.Translate(err))
	}
	return r.changes, nil
}

// stored is what the hub holds of a document, locked until the transaction
// ends: a person who edits at the same time waits, and nothing is overwritten.
type stored struct {
	challenges []*Challenge
	solutions  map[id.Challenge][]*Solution // whoever wrote them
	links      map[id.Challenge][]id.Technology
}

// technologyLink says that a challenge concerns a technology.
type technologyLink struct {
	ChallengeID  id.Challenge
	TechnologyID id.Technology
}

func (s *Service) stored(ctx context.Context, o entry.Origin) (stored, error) {
	found := stored{solutions: map[id.Challenge][]*Solution{}, links: map[id.Challenge][]id.Technology{}}
	if o.New {
		return found, nil
	}
	handle := s.db.Handle(ctx).Session(&gorm.Session{QueryFields: true})
	locked := clause.Locking{Strength: "NO KEY UPDATE"}
	err := handle.Clauses(locked).Where("document_id = ?", o.Document).Order("first_line, id").Find(&found.challenges).Error
	if err != nil || len(found.challenges) == 0 {
		return found, err
	}
	ids := make([]id.Challenge, len(found.challenges))
	for i, c := range found.challenges {
		ids[i] = c.ID
	}
	var solutions []*Solution
	err = handle.Clauses(locked).Where("challenge_id = ANY(CAST(? AS uuid[]))", database.UUIDs(ids)).Order("first_line, id").Find(&solutions).Error
	if err != nil {
		return found, err
	}
	for _, solution := range solutions {
		found.solutions[solution.ChallengeID] = append(found.solutions[solution.ChallengeID], solution)
	}
	var links []technologyLink
	err = handle.Table("challenge_technology").Where("challenge_id = ANY(CAST(? AS uuid[]))", database.UUIDs(ids)).Find(&links).Error
	for _, link := range links {
		found.links[link.ChallengeID] = append(found.links[link.ChallengeID], link.TechnologyID)
	}
	return found, err
}

// batch is the greatest number of rows of one statement; 22 columns of each
// must stay below the 65,535 parameters of the protocol.
const batch = 2000

func (s *Service) write(ctx context.Context, r *revision) error {
	handle := s.db.Handle(ctx)
	// An upsert by id inserts the new rows and updates the old ones in one
	// statement; scores and times of creation are not among what it updates.
	upsert := func(columns ...string) clause.OnConflict {
		return clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns(columns)}
	}
	if len(r.challenges) > 0 {
		on := upsert("title", "body", "status", "cohort_id", "first_line", "last_line", "version", "updated_at", "missing_at")
		if err := handle.Clauses(on).CreateInBatches(r.challenges, batch).Error; err != nil {
			return err
		}
	}
	if len(r.solutions) > 0 {
		on := upsert("body", "accepted", "first_line", "last_line", "version", "updated_at", "missing_at")
		if err := handle.Clauses(on).CreateInBatches(r.solutions, batch).Error; err != nil {
			return err
		}
	}
	if len(r.unlinked) > 0 {
		challenges, technologies := columns(r.unlinked)
		err := handle.Exec(`DELETE FROM challenge_technology AS ct
			USING unnest(CAST(? AS uuid[]), CAST(? AS uuid[])) AS gone(challenge_id, technology_id)
			WHERE ct.challenge_id = gone.challenge_id AND ct.technology_id = gone.technology_id`,
			database.UUIDs(challenges), database.UUIDs(technologies)).Error
		if err != nil {
			return err
		}
	}
	if len(r.linked) == 0 {
		return nil
	}
	challenges, technologies := columns(r.linked)
	return handle.Exec(`INSERT INTO challenge_technology (challenge_id, technology_id, created_at)
		SELECT c.id, link.technology_id, c.created_at
		FROM unnest(CAST(? AS uuid[]), CAST(? AS uuid[])) AS link(challenge_id, technology_id)
		JOIN challenge AS c ON c.id = link.challenge_id
		ON CONFLICT DO NOTHING`, database.UUIDs(challenges), database.UUIDs(technologies)).Error
}

func columns(links []technologyLink) ([]id.Challenge, []id.Technology) {
	challenges, technologies := make([]id.Challenge, len(links)), make([]id.Technology, len(links))
	for i, link := range links {
		challenges[i], technologies[i] = link.ChallengeID, link.TechnologyID
	}
	return challenges, technologies
}
