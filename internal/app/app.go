// Package app puts Nexus together: it is the only place that knows all parts.
// The commands and the tests of the whole call it.
//
// New opens the database and brings its schema up to date; Serve answers HTTP
// until its context ends; Close gives everything back. Errors are for the
// operator and name what could not be opened or bound.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/graph/transport/stream"
	"github.com/project-nexus/nexus/internal/account"
	"github.com/project-nexus/nexus/internal/app/edge"
	"github.com/project-nexus/nexus/internal/bookmark"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/challenge/resolution"
	"github.com/project-nexus/nexus/internal/collaboration"
	"github.com/project-nexus/nexus/internal/comment"
	"github.com/project-nexus/nexus/internal/concept"
	"github.com/project-nexus/nexus/internal/config"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/follow"
	"github.com/project-nexus/nexus/internal/idempotency"
	"github.com/project-nexus/nexus/internal/importer"
	"github.com/project-nexus/nexus/internal/importer/publish"
	"github.com/project-nexus/nexus/internal/job"
	"github.com/project-nexus/nexus/internal/limit/rate"
	"github.com/project-nexus/nexus/internal/moderation"
	"github.com/project-nexus/nexus/internal/notification"
	"github.com/project-nexus/nexus/internal/practice"
	"github.com/project-nexus/nexus/internal/program"
	"github.com/project-nexus/nexus/internal/program/invitation"
	"github.com/project-nexus/nexus/internal/search"
	"github.com/project-nexus/nexus/internal/technology"
	"github.com/project-nexus/nexus/internal/user"
	"github.com/project-nexus/nexus/internal/vote"
)

// App is one Nexus process.
type App struct {
	cfg      config.Config
	log      *slog.Logger
	database *Database
	services graph.Services
	handler  http.Handler
	// authenticate tells who a bearer token stands for; nil refuses all of them.
	authenticate edge.Authenticator
	// jwks serves the public keys of access tokens; nil: there are none to serve.
	jwks http.Handler
	// answers are those of mutations that may come again.
	answers *idempotency.Store
	// budgets bound what callers may spend.
	budgets graph.Budgets
	// sharedBudgets is the Redis behind budgets, nil without one.
	sharedBudgets *rate.Redis
	// streams are the open WebSockets and event streams.
	streams *stream.Registry
	// runner does background work while the App serves.
	runner *job.Runner
	// loaderWait is for tests that count statements; see graph.Options.
	loaderWait time.Duration
}

// Option changes how an App is put together.
type Option func(*App)

// WithLoaderWait sets how long loaders collect keys. Tests that count
// statements set it long, so that a busy machine does not split a batch.
func WithLoaderWait(wait time.Duration) Option {
	return func(a *App) { a.loaderWait = wait }
}

// New opens everything that cfg names. The caller closes the App.
func New(ctx context.Context, cfg config.Config, log *slog.Logger, options ...Option) (*App, error) {
	a := &App{cfg: cfg.WithDefaults(), log: log}
	for _, option := range options {
		option(a)
	}
	db, err := OpenDatabase(ctx, a.cfg, log)
	if err != nil {
		return nil, err
	}
	a.database = db
	applied, err := database.Migrate(ctx, db.DB)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("migrate the database: %w", err), a.Close(context.WithoutCancel(ctx)))
	}
	if len(applied) > 0 {
		log.Info("brought the schema up to date", "migrations", len(applied))
	}
	if err := a.openAccounts(ctx); err != nil {
		return nil, errors.Join(err, a.Close(context.WithoutCancel(ctx)))
	}
	a.answers = idempotency.New(a.DB())
	if err := a.openBudgets(); err != nil {
		return nil, errors.Join(err, a.Close(context.WithoutCancel(ctx)))
	}
	a.streams = stream.NewRegistry(a.cfg.MaxSocketsVisitor, a.cfg.MaxSocketsUser)
	a.handler = a.newHandler()
	return a, nil
}

// DB returns the database.
func (a *App) DB() *database.DB { return a.database.DB }

// Handler answers every path of the server.
func (a *App) Handler() http.Handler { return a.handler }

// Close gives the connections back. ctx bounds how long it waits for a private
// database.
func (a *App) Close(ctx context.Context) error {
	var failed error
	if a.streams != nil {
		failed = a.streams.Close(ctx)
	}
	if a.sharedBudgets != nil {
		failed = errors.Join(failed, a.sharedBudgets.Close())
	}
	return errors.Join(failed, a.database.Close(ctx))
}

func newServices(db *database.DB, accounts *account.Service, log *slog.Logger) graph.Services {
	programs, challenges, publishing := program.New(db), challenge.New(db), publish.New(importer.NewServices(db))
	return graph.Services{
		Accounts:      accounts,
		Bookmarks:     bookmark.New(db),
		Challenges:    challenges,
		Collaboration: collaboration.New(db),
		Comments:      comment.New(db),
		Concepts:      concept.New(db),
		Documents:     document.New(db),
		Events:        event.Open(db, event.Options{Log: log}),
		Follows:       follow.New(db),
		Invitations:   invitation.New(db, invitation.Options{Programs: programs, Mail: accounts.Mail, PublicURL: accounts.PublicURL}),
		Notifications: notification.New(db, notification.Options{Mail: accounts.Mail, PublicURL: accounts.PublicURL}),
		Moderation:    moderation.New(db, moderation.Followers{Challenge: challenges.LinkChallenge, Document: publishing.Follow}),
		Practices:     practice.New(db),
		Programs:      programs,
		Publishing:    publishing,
		Resolutions:   resolution.New(db, challenges),
		Search:        search.New(db),
		Technologies:  technology.New(db),
		Users:         user.New(db),
		Votes:         vote.New(db),
	}
}
