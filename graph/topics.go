package graph

import (
	"context"
	"strings"

	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/challenge/resolution"
	"github.com/project-nexus/nexus/internal/comment"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

func (r *Resolver) challengesAdded(filter *challenge.ChallengeFilter) topic[*event.ChallengeEvent] {
	if filter == nil {
		filter = &challenge.ChallengeFilter{}
	}
	matching := func(ctx context.Context, ids []id.Challenge) (map[id.Challenge]*challenge.Challenge, error) {
		return r.services.Challenges.Matching(ctx, ids, *filter)
	}
	return topic[*event.ChallengeEvent]{
		pick: func(ctx context.Context, events []*event.Event) ([]*event.ChallengeEvent, bool, error) {
			seen, err := seenOf(ctx, ofKind(events, challenge.EventCreated), matching)
			return told(seen, challengeEvent), false, err
		},
	}
}

func (r *Resolver) challengeChanged(wanted id.Any) topic[*event.ChallengeEvent] {
	return topic[*event.ChallengeEvent]{
		check: func(ctx context.Context) error { return mustSee(ctx, "id", wanted, r.services.Challenges.ByIDs) },
		pick: func(ctx context.Context, events []*event.Event) ([]*event.ChallengeEvent, bool, error) {
			about := only(events, func(e *event.Event) bool {
				return strings.HasPrefix(e.Kind, "challenge.") && e.SubjectID() == wanted
			})
			seen, err := seenOf(ctx, about, r.services.Challenges.ByIDs)
			if err != nil || len(seen) == len(about) {
				return told(seen, challengeEvent), false, err
			}
			// Deleted, hidden and no longer for the actor look the same.
			last := about[len(about)-1]
			return []*event.ChallengeEvent{{Notice: event.Notice{
				Position: last.Position, Kind: string(challenge.EventDeleted), Changed: []string{}, Subject: wanted,
			}}}, true, nil
		},
	}
}

func (r *Resolver) solutionsAdded(of id.Any) topic[*event.SolutionEvent] {
	return topic[*event.SolutionEvent]{
		check: func(ctx context.Context) error { return mustSee(ctx, "challengeId", of, r.services.Challenges.ByIDs) },
		pick: func(ctx context.Context, events []*event.Event) ([]*event.SolutionEvent, bool, error) {
			seen, err := seenOf(ctx, below(ofKind(events, resolution.EventSolutionAdded), of), r.services.Challenges.SolutionsByIDs)
			return told(seen, func(n event.Notice) *event.SolutionEvent { return &event.SolutionEvent{Notice: n} }), false, err
		},
	}
}

func (r *Resolver) commentsAdded(on id.Any) topic[*event.CommentEvent] {
	return topic[*event.CommentEvent]{
		check: func(ctx context.Context) error {
			nodes, err := r.nodesByIDs(ctx, []id.Any{on})
			if err != nil {
				return err
			}
			node, ok := nodes[on]
			if !ok {
				return notSeen("subjectId")
			}
			if _, ok := node.(comment.CommentSubject); !ok {
				return errs.BadUserInput("Comments are for challenges, solutions, practices and documents.").At("subjectId")
			}
			return nil
		},
		pick: func(ctx context.Context, events []*event.Event) ([]*event.CommentEvent, bool, error) {
			seen, err := seenOf(ctx, below(ofKind(events, comment.EventAdded), on), r.services.Comments.ByIDs)
			return told(seen, func(n event.Notice) *event.CommentEvent { return &event.CommentEvent{Notice: n} }), false, err
		},
	}
}

func challengeEvent(n event.Notice) *event.ChallengeEvent { return &event.ChallengeEvent{Notice: n} }

// mustSee returns NOT_FOUND unless the actor may see an object.
func mustSee[K id.Typed, V any](ctx context.Context, argument string, wanted id.Any, batch func(context.Context, []K) (map[K]*V, error)) error {
	key, err := id.As[K](wanted)
	if err != nil {
		return errs.As(err).At(argument)
	}
	found, err := batch(ctx, []K{key})
	if err == nil && found[key] == nil {
		err = notSeen(argument)
	}
	return err
}

func notSeen(argument string) error {
	return errs.NotFound("There is nothing with this id that you may see.").At(argument)
}

// seenOf returns those of the events whose subject the actor may see.
func seenOf[K id.Typed, V any](ctx context.Context, events []*event.Event, batch func(context.Context, []K) (map[K]V, error)) ([]*event.Event, error) {
	if len(events) == 0 {
		return nil, nil
	}
	keys := make([]K, len(events))
	for i, e := range events {
		keys[i] = id.Of[K](e.SubjectKey)
	}
	found, err := batch(ctx, keys)
	if err != nil {
		return nil, err
	}
	return only(events, func(e *event.Event) bool { _, ok := found[id.Of[K](e.SubjectKey)]; return ok }), nil
}

func ofKind(events []*event.Event, kind event.Kind) []*event.Event {
	return only(events, func(e *event.Event) bool { return e.Kind == string(kind) })
}

func below(events []*event.Event, parent id.Any) []*event.Event {
	return only(events, func(e *event.Event) bool { of := e.ParentID(); return of != nil && *of == parent })
}

func only(events []*event.Event, wanted func(*event.Event) bool) (kept []*event.Event) {
	for _, e := range events {
		if wanted(e) {
			kept = append(kept, e)
		}
	}
	return kept
}

func told[V any](events []*event.Event, tell func(event.Notice) V) []V {
	list := make([]V, len(events))
	for i, e := range events {
		list[i] = tell(event.NoticeOf(e))
	}
	return list
}

// about returns the subject of a notice, whose type the source of a subscription
// decides.
func about[K id.Typed](n event.Notice) *K {
	key := id.Of[K](n.Subject.UUID)
	return &key
}
