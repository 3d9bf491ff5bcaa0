package password

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The greatest cost that a stored hash may ask for: a row that was tampered
// with must not use up the memory.
const (
	maxMemory  = 64 * 1024 // KiB
	maxPasses  = 8
	maxThreads = 4
)

// errMalformed says nothing of the hash, which is a secret.
var errMalformed = errors.New("a stored password hash is not argon2id in the PHC format")

// stored is a hash with what it was computed with.
type stored struct {
	memory, passes uint32
	threads        uint8
	salt, tag      []byte
}

// String writes the PHC string format.
func (s stored) String() string {
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("%s%s$%s", s.head(), encode(s.salt), encode(s.tag))
}

func (s stored) head() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, s.memory, s.passes, s.threads)
}

// parse reads the PHC string format, and only as String writes it.
func parse(phc string) (stored, error) {
	var s stored
	parts := strings.Split(phc, "$")
	if len(parts) != 6 {
		return s, errMalformed
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &s.memory, &s.passes, &s.threads); err != nil {
		return s, errMalformed
	}
	decode := base64.RawStdEncoding.Strict().DecodeString
	var saltErr, tagErr error
	s.salt, saltErr = decode(parts[4])
	s.tag, tagErr = decode(parts[5])
	if saltErr != nil || tagErr != nil || s.String() != phc {
		return s, errMalformed
	}
	if !s.bounded() {
		return s, fmt.Errorf("a stored password hash is out of bounds: m=%d t=%d p=%d, salt of %d and tag of %d bytes",
			s.memory, s.passes, s.threads, len(s.salt), len(s.tag))
	}
	return s, nil
}

func (s stored) bounded() bool {
	within := func(n, least, most int) bool { return least <= n && n <= most }
	return within(int(s.threads), 1, maxThreads) &&
		within(int(s.memory), 8*int(s.threads), maxMemory) &&
		within(int(s.passes), 1, maxPasses) &&
		within(len(s.salt), 8, 64) && within(len(s.tag), 16, 64)
}
