package graph

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
)

// One who takes nothing is dropped with a reason; the others get everything.
func TestASlowMemberIsDropped(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	g := &group{fanout: &fanout{groups: map[groupKey]*group{}}, feed: &feed{}, cancel: cancel, members: map[*member]struct{}{}}
	slow, quick := &member{queue: make(chan answered, maxWaiting)}, &member{queue: make(chan answered, maxWaiting)}
	g.members[slow], g.members[quick] = struct{}{}, struct{}{}
	const events = 2 * maxWaiting
	for i := range int64(events) {
		g.feed.sending(i + 1)
		g.deliver(&graphql.Response{Data: json.RawMessage(`{}`)}, nil)
		if a := <-quick.queue; a.place != i+1 {
			t.Fatalf("event %d is at %d", i+1, a.place)
		}
	}
	if len(slow.queue) != maxWaiting || errs.CodeOf(slow.err) != errs.CodeUnavailable {
		t.Errorf("%d wait for the slow one: %v", len(slow.queue), slow.err)
	}
	if g.position != events || ctx.Err() != nil {
		t.Errorf("the group is at %d: %v", g.position, ctx.Err())
	}
	g.remove(quick)
	if ctx.Err() == nil {
		t.Error("the group goes on without members")
	}
}
