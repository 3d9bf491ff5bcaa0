// Package auth knows who a request acts for and what they may see.
//
// The actor travels in the context. Who may see a row is one rule, Visible,
// that every query of every service applies: lists, counts, loaders and
// look-ups by id alike.
package auth

import (
	"context"

	"github.com/project-nexus/nexus/internal/id"
)

// Actor is whoever a request acts for. The zero value is a visitor, who is not
// signed in and reads what is public.
type Actor struct {
	// User is nil for a visitor.
	User *id.User
	// Admin sees and may do everything.
	Admin bool
}

type actorKey struct{}

// WithActor returns a context that acts for a.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf returns the actor of ctx, a visitor when nobody was set.
func ActorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
