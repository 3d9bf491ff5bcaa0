package event

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
)

// RecordAll is Record for many changes, in one statement and in their order.
func RecordAll(ctx context.Context, db *database.DB, changes []Change) error {
	if len(changes) == 0 {
		return nil
	}
	var b struct {
		ids                                []id.Event
		subjects                           []uuid.UUID
		kinds, types, parentTypes, parents []string
		cohorts, fields, reasons           []string
	}
	for _, c := range changes {
		b.ids, b.kinds = append(b.ids, id.New[id.Event]()), append(b.kinds, string(c.Kind))
		b.types, b.subjects = append(b.types, c.Subject.Prefix), append(b.subjects, c.Subject.UUID)
		parentType, parent, cohort := "", "", ""
		if c.Parent != nil {
			parentType, parent = c.Parent.Prefix, c.Parent.UUID.String()
		}
		if c.Cohort != nil {
			cohort = c.Cohort.String()
		}
		b.parentTypes, b.parents, b.cohorts = append(b.parentTypes, parentType), append(b.parents, parent), append(b.cohorts, cohort)
		b.fields, b.reasons = append(b.fields, strings.Join(c.Fields, ",")), append(b.reasons, c.Reason)
	}
	err := db.Handle(ctx).Exec(`WITH added AS (INSERT INTO event
			(id, actor_id, kind, subject_type, subject_id, parent_type, parent_id, cohort_id, changed, reason)
			SELECT c.id, CAST(? AS uuid), c.kind, c.subject_type, c.subject_id, NULLIF(c.parent_type, ''), CAST(NULLIF(c.parent_id, '') AS uuid),
				CAST(NULLIF(c.cohort_id, '') AS uuid), string_to_array(c.changed, ','), NULLIF(c.reason, '')
			FROM unnest(CAST(? AS uuid[]), CAST(? AS text[]), CAST(? AS text[]), CAST(? AS uuid[]), CAST(? AS text[]), CAST(? AS text[]),
				CAST(? AS text[]), CAST(? AS text[]), CAST(? AS text[]))
				AS c(id, kind, subject_type, subject_id, parent_type, parent_id, cohort_id, changed, reason) RETURNING 1)
		SELECT pg_notify('`+arrived+`', '') FROM added LIMIT 1`,
		auth.ActorOf(ctx).User, database.UUIDs(b.ids), database.Texts(b.kinds), database.Texts(b.types), database.UUIDs(b.subjects),
		database.Texts(b.parentTypes), database.Texts(b.parents), database.Texts(b.cohorts), database.Texts(b.fields), database.Texts(b.reasons)).Error
	if err != nil {
		return fmt.Errorf("record %d changes: %w", len(changes), database.Translate(err))
	}
	return nil
}
