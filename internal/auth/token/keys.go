package token

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
)

const (
	// reloadEvery is how long the keys that were read are taken as they are: a key
	// that was removed verifies no longer than that.
	reloadEvery = 5 * time.Second
	// unknownEvery is how often an unknown key id may have the keys read again, so
	// that made-up ids cost nothing.
	unknownEvery = 2 * time.Second
	// maxAge is how old the keys may be, while they cannot be read, and still sign.
	maxAge = time.Minute
	// loadTimeout bounds one reading.
	loadTimeout = 2 * time.Second
)

// Options are the settings of Keys.
type Options struct {
	// Issuer and Audience are those of all tokens.
	Issuer, Audience string
	// PEMFile holds the one key to use, for Ed25519 or P-256, in PKCS #8 or SEC 1.
	// When empty, the keys are those of the database.
	PEMFile string
	// Now is the clock; time.Now when nil.
	Now func() time.Time
	// Logger gets a warning while the keys cannot be read; nil discards it.
	Logger *slog.Logger
}

// Keys signs and verifies tokens. It is safe for concurrent use, by many processes
// on one database.
type Keys struct {
	// db is nil when the key is that of a file.
	db               *database.DB
	issuer, audience string
	now              func() time.Time
	log              *slog.Logger
	known            atomic.Pointer[keySet]
	// turn is held by who reads the keys.
	turn chan struct{}
}

// keySet is the keys as they were read; it never changes.
type keySet struct {
	keys map[string]*key
	rows []row
	// loaded is when the keys were read, tried when that was last tried, and
	// asked when it was last tried for an unknown id.
	loaded, tried, asked time.Time
}

// Open returns the keys that o names. The first one to open those of a database
// makes a key; two at once make one.
func Open(ctx context.Context, db *database.DB, o Options) (*Keys, error) {
	k := &Keys{db: db, issuer: o.Issuer, audience: o.Audience, now: o.Now, log: o.Logger, turn: make(chan struct{}, 1)}
	if k.issuer == "" || k.audience == "" {
		return nil, errors.New("open the signing keys: tokens need an issuer and an audience")
	}
	if k.now == nil {
		k.now = time.Now
	}
	if k.log == nil {
		k.log = slog.New(slog.DiscardHandler)
	}
	if o.PEMFile != "" {
		given, err := readFile(o.PEMFile, k.log)
		if err != nil {
			return nil, err
		}
		k.db = nil
		k.known.Store(&keySet{keys: map[string]*key{given.id: given}, rows: []row{{ID: given.id}}})
		return k, nil
	}
	set, err := k.read(ctx)
	if err == nil && len(set.keys) == 0 {
		if err = createFirst(ctx, db, k.now()); err == nil {
			set, err = k.read(ctx)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open the signing keys: %w", err)
	}
	k.known.Store(set)
	return k, nil
}

// signer returns the key that signs now.
func (k *Keys) signer(ctx context.Context) (*key, error) {
	set := k.recent(ctx)
	now := k.now()
	if k.db != nil && now.Sub(set.loaded) > maxAge {
		return nil, errs.New(errs.CodeUnavailable, "Nobody can sign in for the moment. Try again later.").
			Because(errors.New("the signing keys cannot be read"))
	}
	for _, info := range describe(set.rows, now) {
		if info.State == Signing {
			return set.keys[info.ID], nil
		}
	}
	return nil, errors.New("there is no signing key; a start of the server makes one")
}

// find returns the key of an id, if tokens of it are good. An unknown id may be
// that of a key that is new, so the keys are read again, now and then.
func (k *Keys) find(ctx context.Context, keyID string) (*key, error) {
	set := k.recent(ctx)
	if set.keys[keyID] == nil {
		now := k.now()
		set = k.reload(ctx, func(s *keySet) bool { return now.Sub(s.asked) >= unknownEvery }, true)
	}
	for _, info := range describe(set.rows, k.now()) {
		switch {
		case info.ID != keyID:
		case info.State == Expired:
			return nil, errors.New("the key has expired")
		default:
			return set.keys[keyID], nil
		}
	}
	return nil, errors.New("the key is unknown")
}

// recent returns the keys, read lately unless they cannot be.
func (k *Keys) recent(ctx context.Context) *keySet {
	now := k.now()
	return k.reload(ctx, func(s *keySet) bool { return now.Sub(s.tried) >= reloadEvery }, false)
}

// reload reads the keys when that is due, and returns those known then. Of many
// callers one reads and the others wait for it.
func (k *Keys) reload(ctx context.Context, due func(*keySet) bool, asked bool) *keySet {
	old := k.known.Load()
	if k.db == nil || !due(old) {
		return old
	}
	// Who is in a transaction has a connection that another may be waiting for:
	// it reads with that and waits for nobody.
	if !k.db.InTransaction(ctx) {
		select {
		case k.turn <- struct{}{}:
			defer func() { <-k.turn }()
		case <-ctx.Done():
			return old
		}
		if old = k.known.Load(); !due(old) {
			return old
		}
	}
	tried := k.now()
	set, err := k.read(ctx)
	if err != nil {
		k.log.Warn("the signing keys cannot be read; going on with those known")
		k.log.Debug("the signing keys cannot be read", "error", err)
		set = &keySet{keys: old.keys, rows: old.rows, loaded: old.loaded, tried: tried}
	}
	set.asked = old.asked
	if asked {
		set.asked = tried
	}
	k.known.Store(set)
	return set
}

// read reads the keys. That serves others too: it goes on when the request ends,
// and is not counted among its statements.
func (k *Keys) read(ctx context.Context) (*keySet, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
	defer cancel()
	ctx, _ = database.CountStatements(ctx)
	now := k.now()
	rows, err := selectRows(ctx, k.db)
	if err != nil {
		return nil, err
	}
	set := &keySet{keys: make(map[string]*key, len(rows)), rows: rows, loaded: now, tried: now}
	for _, r := range rows {
		if set.keys[r.ID], err = r.key(); err != nil {
			return nil, err
		}
	}
	return set, nil
}
