package event

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// Event is an entry of the change log that has its place in it.
type Event struct {
	ID          id.Event
	Position    int64
	At          time.Time
	ActorID     *id.User
	Kind        string
	SubjectType string
	SubjectKey  uuid.UUID `gorm:"column:subject_id"`
	ParentType  *string
	ParentKey   *uuid.UUID `gorm:"column:parent_id"`
	CohortID    *id.Cohort
	// Fields are the names of the fields that changed, as in the schema.
	Fields Fields `gorm:"column:changed"`
	Reason *string
}

// IsNode marks a GraphQL Node.
func (*Event) IsNode() {}

// SubjectID returns the id of what it happened to.
func (e *Event) SubjectID() id.Any { return id.Any{Prefix: e.SubjectType, UUID: e.SubjectKey} }

// ParentID returns the id of what the subject belongs to, nil for nothing.
func (e *Event) ParentID() *id.Any {
	if e.ParentType == nil || e.ParentKey == nil {
		return nil
	}
	return &id.Any{Prefix: *e.ParentType, UUID: *e.ParentKey}
}

// Changed returns the names of the fields that changed, as in the schema.
func (e *Event) Changed() []string { return e.Fields }

// columns are those of Event.
const columns = `id, position, at, actor_id, kind, subject_type, subject_id, parent_type, parent_id, cohort_id, changed, reason`

// readBatch bounds the events of one statement.
const readBatch = 1000

// Position returns the greatest position that was given: a reader that starts
// there sees everything that follows.
func (l *Log) Position(ctx context.Context) (int64, error) {
	var position int64
	if err := l.db.Handle(ctx).Raw(`SELECT position FROM event_sequence`).Scan(&position).Error; err != nil {
		return 0, fmt.Errorf("position of the change log: %w", database.Translate(err))
	}
	return position, nil
}

// After returns up to 1,000 events with a greater position, in order. It returns
// RESUME_EXPIRED when some of them were removed, and BAD_USER_INPUT for a position
// that was never given.
func (l *Log) After(ctx context.Context, position int64) ([]*Event, error) {
	if events, ok := l.remembered(position); ok {
		return events, nil
	}
	events, err := l.stored(ctx, position)
	if err != nil || len(events) > 0 && events[0].Position == position+1 {
		return events, err
	}
	greatest, err := l.Position(ctx)
	switch {
	case err != nil:
		return nil, err
	case position > greatest || position < 0:
		return nil, errs.BadUserInput("after is not a cursor of this hub's change log").At("after")
	case len(events) == 0 && position == greatest:
		return nil, nil
	case len(events) == 0: // written since the first look, or removed all
		events, err = l.stored(ctx, position)
		if err != nil || len(events) > 0 && events[0].Position == position+1 {
			return events, err
		}
	}
	return nil, errExpired()
}

func (l *Log) stored(ctx context.Context, position int64) ([]*Event, error) {
	var events []*Event
	err := l.db.Handle(ctx).Raw(`SELECT `+columns+` FROM event WHERE position > ? ORDER BY position LIMIT ?`, position, readBatch).Scan(&events).Error
	if err != nil {
		return nil, fmt.Errorf("read the change log: %w", database.Translate(err))
	}
	return events, nil
}

// remembered answers from memory, false when it does not reach back so far.
func (l *Log) remembered(position int64) ([]*Event, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case position == l.last && position >= 0:
		return nil, true
	case len(l.recent) == 0 || position < l.recent[0].Position-1 || position > l.last:
		return nil, false
	}
	from := int(position - (l.recent[0].Position - 1))
	return slices.Clone(l.recent[from:min(from+readBatch, len(l.recent))]), true
}

// read reads what is new in the log, once for all readers of the process.
func (l *Log) read(ctx context.Context) error {
	l.mu.Lock()
	last := l.last
	l.mu.Unlock()
	if last < 0 {
		position, err := l.Position(ctx)
		if err != nil {
			return err
		}
		l.remember(position, nil)
		return nil
	}
	for {
		events, err := l.stored(ctx, last)
		if err != nil || len(events) == 0 {
			return err
		}
		last = events[len(events)-1].Position
		l.remember(last, events)
	}
}

// remember takes events up to a position, and wakes readers.
func (l *Log) remember(position int64, events []*Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(events) > 0 && events[0].Position != l.last+1 {
		l.recent = nil // a gap: old events were removed before they were read
	}
	l.recent = append(l.recent, events...)
	if excess := len(l.recent) - l.Recent; excess > 0 {
		l.recent = slices.Clone(l.recent[excess:])
	}
	l.last = position
	close(l.more)
	l.more = make(chan struct{})
}

// Wait returns when there may be events after position, or when ctx ends.
func (l *Log) Wait(ctx context.Context, position int64) error {
	l.mu.Lock()
	last, more := l.last, l.more
	l.mu.Unlock()
	if last > position {
		return nil
	}
	select {
	case <-more:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for events: %w", context.Cause(ctx))
	}
}
