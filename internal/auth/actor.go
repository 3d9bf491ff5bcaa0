// Package auth knows who a request acts for and what they may see.
//
// The actor travels in the context. Who may see a row is one rule, Visible,
// that every query of every service applies: lists, counts, loaders and
// look-ups by id alike. Sub-packages hold what signing in is made of: password
// hashes and access tokens.
package auth

import (
	"context"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// Actor is whoever a request acts for. The zero value is a visitor, who is not
// signed in and reads what is public.
type Actor struct {
	// User is nil for a visitor.
	User *id.User
	// Admin sees and may do everything.
	Admin bool
	// Session is set when the actor signed in, and AccessToken when a script acts
	// with a personal access token.
	Session     *id.Session
	AccessToken *id.AccessToken
	// Scope bounds what an access token may be used for; a session has all.
	Scope Scope
}

// Principal is the least standing that an operation asks for.
type Principal string

// The principals, from the least.
const (
	PrincipalVisitor Principal = "VISITOR"
	PrincipalUser    Principal = "USER"
	PrincipalAdmin   Principal = "ADMIN"
)

// Is reports whether the actor has the standing of p.
func (a Actor) Is(p Principal) bool {
	switch p {
	case PrincipalVisitor:
		return true
	case PrincipalUser:
		return a.User != nil
	case PrincipalAdmin:
		return a.Admin
	default:
		return false
	}
}

// Scope is what a credential may be used for.
type Scope string

// The scopes, from the least; each includes those before it. A session has
// ScopeAccount, an access token never.
const (
	ScopeRead    Scope = "READ"
	ScopeWrite   Scope = "WRITE"
	ScopeAccount Scope = "ACCOUNT"
)

// Has reports whether the actor's credential covers s. A visitor has none and is
// asked for none: what visitors may do is a matter of Principal.
func (a Actor) Has(s Scope) bool {
	if a.AccessToken == nil {
		return true
	}
	return rank(a.Scope) >= rank(s)
}

func rank(s Scope) int {
	switch s {
	case ScopeRead:
		return 1
	case ScopeWrite:
		return 2
	case ScopeAccount:
		return 3
	default:
		return 0
	}
}

type actorKey struct{}

// WithActor returns a context that acts for a.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// WithCurrentActor returns a context that acts for whomever current returns at
// the time: for work that goes on while the rights of its actor may change.
func WithCurrentActor(ctx context.Context, current func() Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, current)
}

// ActorOf returns the actor of ctx, a visitor when nobody was set.
func ActorOf(ctx context.Context) Actor {
	switch a := ctx.Value(actorKey{}).(type) {
	case Actor:
		return a
	case func() Actor:
		return a()
	default:
		return Actor{}
	}
}

// Require returns the actor of ctx when they have the standing of p and their
// credential covers s. Else it returns UNAUTHENTICATED to a visitor and FORBIDDEN
// to everybody else.
func Require(ctx context.Context, p Principal, s Scope) (Actor, error) {
	a := ActorOf(ctx)
	switch {
	case a.Is(p) && a.Has(s):
		return a, nil
	case a.User == nil:
		return a, errs.New(errs.CodeUnauthenticated, "Sign in to do this.")
	case !a.Is(p):
		return a, errs.New(errs.CodeForbidden, "This is for administrators.")
	default:
		return a, errs.New(errs.CodeForbidden, "This access token is not good for this: it takes the scope %s.", s)
	}
}
