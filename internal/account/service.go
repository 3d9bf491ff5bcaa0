package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/project-nexus/nexus/internal/account/attempt"
	"github.com/project-nexus/nexus/internal/auth/password"
	"github.com/project-nexus/nexus/internal/auth/token"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/mail"
)

// How long what was handed out is good for.
const (
	verificationLife = 24 * time.Hour
	resetLife        = time.Hour
	// refreshLife is how long a session lasts without a refresh, and sessionLife
	// how long with.
	refreshLife = 30 * 24 * time.Hour
	sessionLife = 90 * 24 * time.Hour
)

// maxSessions and maxAccessTokens are how many a person has at most.
const (
	maxSessions     = 100
	maxAccessTokens = 100
)

// Profiles creates and removes what a person shows to others; package user does.
type Profiles interface {
	// Create returns CONFLICT when the handle is taken.
	Create(ctx context.Context, handle, displayName string) (id.User, error)
	Remove(ctx context.Context, person id.User) error
}

// Options are what a Service works with.
type Options struct {
	Profiles  Profiles
	Passwords *password.Hasher
	// Keys sign access tokens. A command that signs nobody in needs none.
	Keys *token.Keys
	// Mail takes outgoing messages; PublicURL is where their links lead.
	Mail      mail.Sender
	PublicURL string
	Log       *slog.Logger
	// Now is the clock; nil takes time.Now.
	Now func() time.Time
}

// Service signs people in. It is safe for concurrent use.
type Service struct {
	Options
	db       *database.DB
	attempts *attempt.Log
	// secret derives refresh tokens from each other.
	secret []byte
	// known remembers verified bearer tokens, by hash.
	known *otter.Cache[[sha256.Size]byte, verified]
}

// Open returns a Service on db, whose secret is made at the first start.
func Open(ctx context.Context, db *database.DB, o Options) (*Service, error) {
	if o.Now == nil {
		o.Now = time.Now //nolint:forbidigo // the default of the field
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	secret, err := serverSecret(ctx, db, "account")
	if err != nil {
		return nil, err
	}
	known, err := otter.New(&otter.Options[[sha256.Size]byte, verified]{MaximumSize: maxKnown})
	if err != nil {
		return nil, fmt.Errorf("open the memory of tokens: %w", err)
	}
	return &Service{Options: o, db: db, attempts: attempt.New(db, secret, o.Now), secret: secret, known: known}, nil
}

// serverSecret returns a random key of the server, the same in every process.
func serverSecret(ctx context.Context, db *database.DB, name string) ([]byte, error) {
	fresh := make([]byte, sha256.Size)
	_, _ = rand.Read(fresh) // never fails
	handle := db.Handle(ctx)
	err := handle.Exec(`INSERT INTO server_secret (name, secret) VALUES (?, ?) ON CONFLICT DO NOTHING`, name, fresh).Error
	if err != nil {
		return nil, fmt.Errorf("keep the server's secret: %w", database.Translate(err))
	}
	var row struct{ Secret []byte }
	if err := handle.Raw(`SELECT secret FROM server_secret WHERE name = ?`, name).Scan(&row).Error; err != nil {
		return nil, fmt.Errorf("read the server's secret: %w", database.Translate(err))
	}
	return row.Secret, nil
}

// fold returns the form by which addresses are compared: in small letters. The
// part before the @ may differ by case in theory; no known provider does so.
func fold(email string) string { return strings.ToLower(email) }

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

// exec runs a statement and returns how many rows it changed.
func (s *Service) exec(ctx context.Context, what, sql string, values ...any) (int64, error) {
	result := s.db.Handle(ctx).Exec(sql, values...)
	if result.Error != nil {
		return 0, fmt.Errorf("%s: %w", what, database.Translate(result.Error))
	}
	return result.RowsAffected, nil
}

// scan reads rows into target, a pointer to a struct or a slice. A struct is left
// as it is when there is no row.
func (s *Service) scan(ctx context.Context, what string, target any, sql string, values ...any) error {
	if err := s.db.Handle(ctx).Raw(sql, values...).Scan(target).Error; err != nil {
		return fmt.Errorf("%s: %w", what, database.Translate(err))
	}
	return nil
}
