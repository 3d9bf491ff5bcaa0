// Package stream serves operations over connections that stay open: the
// graphql-transport-ws protocol on a WebSocket, and the graphql-sse protocol in
// its "distinct connections" mode, where each operation is a request whose answer
// is an event stream.
//
// What holds for both:
//
//   - Queries, mutations and subscriptions pass the same limits, budgets and
//     permissions as those of a POST. Each event of a subscription is a response of
//     its own: with its own loaders and its own deadline, counted from its arrival.
//   - A connection is bound to the session it was opened with, not to its token.
//     Every four seconds session and rights are read again: a session that has
//     ended closes the connection, changed rights hold for the next event. While
//     they cannot be read the connection lives on, for three tries.
//   - Cookies authenticate nobody here.
//   - A person, and a network of visitors, has a bounded number of connections.
//   - What waits to be sent is bounded by number and size. A peer that reads slower
//     than its events come is dropped; nobody else waits for it.
//   - Registry.Close ends all of them, for a server that stops.
//
// docs/subscriptions.md lists the close codes. Reasons are the same for all causes
// that a stranger must not tell apart; causes are logged at level debug.
package stream

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/internal/auth"
)

// Options configures the transports. Registry must be set.
type Options struct {
	// Registry counts the connections and ends them.
	Registry *Registry
	// Logger gets the reasons why connections end, at level debug; nil takes
	// slog.Default.
	Logger *slog.Logger
	// MaxBody limits an operation in bytes; 0 means transport.DefaultMaxBody.
	MaxBody int64
	// Timeout ends a query, a mutation, the start of a subscription and each of
	// its events; 0: nothing does.
	Timeout time.Duration
	// Suggestions is that of transport.Options.
	Suggestions func(context.Context) bool
	// Authenticate tells who a bearer token stands for, UNAUTHENTICATED when it is
	// not good; nil refuses every token.
	Authenticate func(ctx context.Context, token string) (auth.Actor, error)
	// Renew returns an actor with the rights of now, UNAUTHENTICATED when their
	// session has ended; nil: nobody's rights change.
	Renew func(ctx context.Context, actor auth.Actor) (auth.Actor, error)
	// Pace is for tests that cannot wait.
	Pace Pace
}

// Pace is how often and how long; zero fields have their defaults.
type Pace struct {
	// Init is how long a socket may take until its connection_init.
	Init time.Duration
	// Ping is how often a socket is pinged, Pong how long its answer may take, and
	// Comment how often an event stream gets a comment.
	Ping, Pong, Comment time.Duration
	// Renew is how often the rights of a connection are read again.
	Renew time.Duration
	// Write is how long a message may take to leave, and Room how long it may wait
	// for those before it.
	Write, Room time.Duration
}

func (p Pace) withDefaults() Pace {
	return Pace{
		Init:    cmp.Or(p.Init, 10*time.Second),
		Ping:    cmp.Or(p.Ping, 25*time.Second),
		Pong:    cmp.Or(p.Pong, 10*time.Second),
		Comment: cmp.Or(p.Comment, 15*time.Second),
		Renew:   cmp.Or(p.Renew, 4*time.Second),
		Write:   cmp.Or(p.Write, 10*time.Second),
		Room:    cmp.Or(p.Room, 2*time.Second),
	}
}

// New returns the transports of WebSockets and event streams. They go before all
// others of a gqlgen server.
func New(o Options) []graphql.Transport {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.MaxBody <= 0 {
		o.MaxBody = transport.DefaultMaxBody
	}
	if o.Suggestions == nil {
		o.Suggestions = func(context.Context) bool { return false }
	}
	o.Pace = o.Pace.withDefaults()
	return []graphql.Transport{sockets{o}, eventStreams{o}}
}
