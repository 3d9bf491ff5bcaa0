package password_test

import (
	"context"
	"errors"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/auth/password"
	"github.com/project-nexus/nexus/internal/errs"
)

const good = "plenty of grey otters"

func hash(t testing.TB, h *password.Hasher, text string) string {
	t.Helper()
	hashed, err := h.Hash(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	return hashed
}

func verify(t *testing.T, h *password.Hasher, text, phc string) bool {
	t.Helper()
	ok, err := h.Verify(t.Context(), text, phc)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func TestAHashKnowsItsPassword(t *testing.T) {
	t.Parallel()
	h := password.New(password.Options{})
	hashed := hash(t, h, good)
	if !regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$`).MatchString(hashed) {
		t.Errorf("not the PHC format: %s", hashed)
	}
	if !verify(t, h, good, hashed) {
		t.Error("the password itself is refused")
	}
	long := strings.Repeat("otter ", 150)
	hashedLong := hash(t, h, long)
	for name, pair := range map[string][2]string{
		"another":            {good + "!", hashed},
		"another case":       {strings.ToUpper(good), hashed},
		"another end":        {long[:len(long)-1] + "x", hashedLong},
		"none":               {"", hashed},
		"control characters": {"plenty\x00of", hashed},
	} {
		if verify(t, h, pair[0], pair[1]) {
			t.Errorf("%s is accepted", name)
		}
	}
	if hash(t, h, good) == hashed {
		t.Error("two hashes of one password are the same: the salt is not random")
	}
}

// The same characters, as another keyboard sends them.
func TestAPasswordIsTheSameFromAnyKeyboard(t *testing.T) {
	t.Parallel()
	h := password.New(password.Options{})
	hashed := hash(t, h, "café au lait, s'il vous plaît")
	if !verify(t, h, "cafe\u0301 au\u00a0lait, s'il vous plai\u0302t", hashed) {
		t.Error("decomposed letters are other ones")
	}
}

func TestHashesOfOtherProgramsAreRead(t *testing.T) {
	t.Parallel()
	// Of the reference implementation's own tests.
	const foreign = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if !verify(t, password.New(password.Options{}), "password", foreign) {
		t.Error("refused")
	}
}

func TestMalformedHashesAreErrors(t *testing.T) {
	t.Parallel()
	const salt, tag = "bm8gYWNjb3VudCBoZXJlIQ", "bm8gcGFzc3dvcmQgaGFzIHRoaXMgdGFnOiBuby1vbmU"
	h := password.New(password.Options{})
	for name, phc := range map[string]string{
		"empty":          "",
		"another kind":   "$argon2i$v=19$m=19456,t=2,p=1$" + salt + "$" + tag,
		"another format": "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
		"old version":    "$argon2id$v=16$m=19456,t=2,p=1$" + salt + "$" + tag,
		"cut":            password.Dummy()[:40],
		"more":           password.Dummy() + "$x",
		"not base64":     "$argon2id$v=19$m=19456,t=2,p=1$!$" + tag,
		"4 GiB":          "$argon2id$v=19$m=4194304,t=2,p=1$" + salt + "$" + tag,
		"too little":     "$argon2id$v=19$m=1,t=2,p=1$" + salt + "$" + tag,
		"no passes":      "$argon2id$v=19$m=19456,t=0,p=1$" + salt + "$" + tag,
		"many passes":    "$argon2id$v=19$m=19456,t=4294967295,p=1$" + salt + "$" + tag,
		"no threads":     "$argon2id$v=19$m=19456,t=2,p=0$" + salt + "$" + tag,
		"many threads":   "$argon2id$v=19$m=19456,t=2,p=255$" + salt + "$" + tag,
		"overflow":       "$argon2id$v=19$m=19456,t=2,p=257$" + salt + "$" + tag,
		"no tag":         "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$",
	} {
		ok, err := h.Verify(t.Context(), good, phc)
		if ok || err == nil || errs.As(err) != nil {
			t.Errorf("%s: %t, %v; want an internal error", name, ok, err)
		}
		if err != nil && strings.Contains(err.Error(), tag) {
			t.Errorf("%s: the error shows the hash: %v", name, err)
		}
	}
	if n := h.Computed(); n != 0 {
		t.Errorf("%d hashes were computed, want 0", n)
	}
}

func TestTheWorkIsTheSameWithoutAnAccount(t *testing.T) {
	t.Parallel()
	h := password.New(password.Options{})
	hashed := hash(t, h, good)
	for name, phc := range map[string]string{"an account": hashed, "none": password.Dummy()} {
		for _, text := range []string{"wrong password 1", "control\x00"} {
			before := h.Computed()
			if verify(t, h, text, phc) {
				t.Errorf("%s: %q is accepted", name, text)
			}
			if n := h.Computed() - before; n != 1 {
				t.Errorf("%s: %d hashes for %q, want 1", name, n, text)
			}
		}
	}
	if head := hashed[:strings.LastIndex(hashed[:40], "$")]; !strings.HasPrefix(password.Dummy(), head) || len(password.Dummy()) != len(hashed) {
		t.Errorf("the dummy %s is not like %s", password.Dummy(), hashed)
	}
}

func TestAPasswordThatCannotBeTypedIsRefused(t *testing.T) {
	t.Parallel()
	h := password.New(password.Options{})
	for _, text := range []string{"", "nul\x00 in the middle", "line\nbreak in it", "broken \xff UTF-8"} {
		if _, err := h.Hash(t.Context(), text); errs.CodeOf(err) != errs.CodeBadUserInput {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestTooManyAreTurnedAway(t *testing.T) {
	t.Parallel()
	h := password.New(password.Options{Concurrency: 2, Queue: 1, MaxWait: time.Hour})
	release := h.Occupy()
	waiting := make(chan error)
	go func() {
		_, err := h.Hash(t.Context(), good)
		waiting <- err
	}()
	await(t, func() bool { return h.Waiting() == 1 })

	_, err := h.Verify(t.Context(), good, password.Dummy())
	wantOverload(t, err)
	wantOverload(t, h.Room())
	if n := h.Computed(); n != 0 {
		t.Errorf("%d hashes were computed beside two running ones", n)
	}

	release()
	if err := errors.Join(<-waiting, h.Room()); err != nil {
		t.Errorf("whoever waited: %v", err)
	}
	if hash(t, h, good) == "" || h.Computed() != 2 {
		t.Errorf("%d hashes, want 2", h.Computed())
	}
}

func TestNobodyWaitsLongerThanAllowed(t *testing.T) {
	t.Parallel()
	h := password.New(password.Options{MaxWait: time.Millisecond})
	defer h.Occupy()()
	_, err := h.Hash(t.Context(), good)
	wantOverload(t, err)
}

func TestWhoeverGivesUpLeavesTheQueue(t *testing.T) {
	t.Parallel()
	h := password.New(password.Options{Queue: 1, MaxWait: time.Hour})
	release := h.Occupy()
	defer release()
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() {
			_, err := h.Hash(ctx, good)
			gone <- err
		}()
		await(t, func() bool { return h.Waiting() == 1 })
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v, want the error of the context", err)
		}
	}
}

func wantOverload(t *testing.T, err error) {
	t.Helper()
	e := errs.As(err)
	if e == nil || e.Code != errs.CodeUnavailable || e.RetryAfter < time.Second {
		t.Errorf("got %v, want UNAVAILABLE with a time to wait", err)
	}
}

func await(t *testing.T, done func() bool) {
	t.Helper()
	for !done() {
		if t.Context().Err() != nil {
			t.Fatal("the test ended")
		}
		runtime.Gosched()
	}
}

func BenchmarkHash(b *testing.B) {
	h := password.New(password.Options{})
	b.ReportAllocs()
	for b.Loop() {
		hash(b, h, good)
	}
}
