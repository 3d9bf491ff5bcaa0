// Package password hashes passwords with argon2id and refuses those that are
// easy to guess.
//
// Invariants: a password is prepared as the profile OpaqueString of RFC 8265
// says (canonical composition, every kind of space is a space), so that it is
// the same from any keyboard; nothing else of it changes and nothing is cut off.
// At most Options.Concurrency hashes are computed at once, each in 19 MiB; a few
// more callers wait, the rest are turned away. A password or a hash never
// stands in an error.
//
// Errors: BAD_USER_INPUT for a password that cannot be used, from Hash and
// Check; UNAVAILABLE with a time to wait when too many passwords are being
// checked; the error of the context; anything else is internal, such as a
// stored hash that cannot be read.
package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/secure/precis"

	"github.com/project-nexus/nexus/internal/errs"
)

// The cost of new hashes.
const (
	memory     = 19 * 1024 // KiB
	passes     = 2
	threads    = 1
	saltLength = 16
	tagLength  = 32
)

// What Options that are zero stand for.
const (
	defaultConcurrency = 2
	defaultQueue       = 16
	defaultMaxWait     = 2 * time.Second
)

// Options bound the work of a Hasher; a zero field takes its default.
type Options struct {
	// Concurrency is how many hashes are computed at once; 2 by default.
	Concurrency int
	// Queue is how many callers may wait for their turn; 16 by default.
	Queue int
	// MaxWait is how long one may wait for their turn; 2 seconds by default.
	MaxWait time.Duration
}

// Hasher hashes passwords. It is safe for concurrent use.
type Hasher struct {
	maxWait  time.Duration
	places   chan struct{} // of those who compute or wait
	turns    chan struct{} // of those who compute
	computed atomic.Int64
}

// New returns a Hasher.
func New(options Options) *Hasher {
	concurrency, queue, maxWait := options.Concurrency, options.Queue, options.MaxWait
	if concurrency <= 0 {
		concurrency = defaultConcurrency
	}
	if queue <= 0 {
		queue = defaultQueue
	}
	if maxWait <= 0 {
		maxWait = defaultMaxWait
	}
	return &Hasher{
		maxWait: maxWait,
		places:  make(chan struct{}, concurrency+queue),
		turns:   make(chan struct{}, concurrency),
	}
}

// Hash returns the hash of a password with a new salt, in the PHC string format.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	prepared, err := prepare(password)
	if err != nil {
		return "", err
	}
	hashed := stored{memory: memory, passes: passes, threads: threads, salt: make([]byte, saltLength)}
	_, _ = rand.Read(hashed.salt) // it never fails
	hashed.tag, err = h.compute(ctx, prepared, hashed, tagLength)
	if err != nil {
		return "", err
	}
	return hashed.String(), nil
}

// Verify reports whether phc is the hash of the password. A wrong password is
// no error.
func (h *Hasher) Verify(ctx context.Context, password, phc string) (bool, error) {
	want, err := parse(phc)
	if err != nil {
		return false, err
	}
	prepared, refused := prepare(password)
	if refused != nil {
		// No stored hash is of such a password, but the work is the same.
		prepared = password
	}
	got, err := h.compute(ctx, prepared, want, uint32(len(want.tag))) //nolint:gosec // parse bounds it
	if err != nil {
		return false, err
	}
	return refused == nil && subtle.ConstantTimeCompare(got, want.tag) == 1, nil
}

// Dummy returns a hash that no password has. To verify against it where there
// is no account takes the same work as where there is one.
func Dummy() string {
	return "$argon2id$v=19$m=19456,t=2,p=1$bm8gYWNjb3VudCBoZXJlIQ$bm8gcGFzc3dvcmQgaGFzIHRoaXMgdGFnOiBuby1vbmU"
}

// Computed returns how many hashes were computed so far.
func (h *Hasher) Computed() int64 { return h.computed.Load() }

// Room returns UNAVAILABLE while a hash would be turned away. It is for callers who
// have to work before they hash: in a flood most are turned away, and that had
// better come before the work. It keeps no place: a hash may still be turned away.
func (h *Hasher) Room() error {
	if len(h.places) == cap(h.places) {
		return h.overloaded()
	}
	return nil
}

// compute waits for its turn and computes the tag of a password.
func (h *Hasher) compute(ctx context.Context, prepared string, with stored, length uint32) ([]byte, error) {
	select {
	case h.places <- struct{}{}:
		defer func() { <-h.places }()
	default:
		return nil, h.overloaded()
	}
	patience := time.NewTimer(h.maxWait)
	defer patience.Stop()
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to check a password: %w", ctx.Err())
	case <-patience.C:
		return nil, h.overloaded()
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("check a password: %w", err)
	}
	h.computed.Add(1)
	return argon2.IDKey([]byte(prepared), with.salt, with.passes, with.memory, with.threads, length), nil
}

func (h *Hasher) overloaded() *errs.Error {
	const text = "Too many passwords are being checked right now; try again in a moment."
	return errs.New(errs.CodeUnavailable, text).RetryIn(max(h.maxWait, time.Second))
}

// prepare brings a password into the form that is hashed.
func prepare(password string) (string, error) {
	prepared, err := precis.OpaqueString.String(password)
	if err != nil || !utf8.ValidString(password) {
		return "", errs.BadUserInput("The password is empty or holds characters that cannot be used, such as control characters.")
	}
	return prepared, nil
}
