package event

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// EventFilter says which events to list; all conditions must hold.
type EventFilter struct {
	Kinds   []string
	Actor   *id.User
	Subject *id.Any
	Cohort  *id.Cohort
	Since   *time.Time
}

// EventOrderField is what events can be ordered by.
type EventOrderField string

// OrderAt orders by time.
const OrderAt EventOrderField = "AT"

// EventOrder is an order of events.
type EventOrder = page.Order[EventOrderField]

// EventConnection is a page of events.
type EventConnection = page.Connection[*Event]

// EventEdge is one item of a page of events.
type EventEdge = page.Edge[*Event]

// ByIDs returns the events with these ids.
func (l *Log) ByIDs(ctx context.Context, ids []id.Event) (map[id.Event]*Event, error) {
	return page.ByIDs(ctx, l.db, events(), ids)
}

// List returns a page of the change log, as the staff of cohorts and admins see it.
func (l *Log) List(ctx context.Context, q page.Query[EventFilter]) (*EventConnection, error) {
	return page.Fetch(ctx, l.db, events(), q)
}

func events() page.List[Event, EventFilter] {
	return page.List[Event, EventFilter]{
		Name: "events", Table: "event",
		Field: string(OrderAt), Direction: page.Desc,
		Orders: map[string]page.Key[Event]{
			string(OrderAt): page.ByTime("event.at", func(e *Event) time.Time { return e.At }),
		},
		ID:      func(e *Event) uuid.UUID { return e.ID.UUID },
		Visible: auth.VisibleEvent,
		Where:   eventConditions,
	}
}

func eventConditions(_ context.Context, f EventFilter) []clause.Expr {
	conditions := []clause.Expr{page.On("event.position IS NOT NULL")}
	add := func(sql string, vars ...any) { conditions = append(conditions, page.On(sql, vars...)) }
	if f.Kinds != nil {
		add("event.kind = ANY(CAST(? AS text[]))", database.Texts(f.Kinds))
	}
	if f.Actor != nil {
		add("event.actor_id = ?", *f.Actor)
	}
	if f.Subject != nil {
		add("event.subject_id = ? AND event.subject_type = ?", f.Subject.UUID, f.Subject.Prefix)
	}
	if f.Cohort != nil {
		add("event.cohort_id = ?", *f.Cohort)
	}
	if f.Since != nil {
		add("event.at >= ?", *f.Since)
	}
	return conditions
}
