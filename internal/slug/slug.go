// Package slug chooses slugs for new rows: short names in addresses, unique
// among the live rows of a table.
//
// A name has a fixed list of candidates, so that the same names in the same
// order always get the same slugs. It touches no database: the caller looks up
// which candidates are taken.
package slug

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/project-nexus/nexus/internal/ingest"
)

// numbered is how many candidates end in a number.
const numbered = 9

// longest is where a slug is cut; addresses of whole sentences help nobody.
const longest = 80

// Candidates returns the slugs that name may get, the best first: its plain
// form, that with a number, and at last one with a part of its hash, which is
// free for certain. A name without Latin letters and digits has the last alone.
func Candidates(name string) []string {
	hash := sha256.Sum256([]byte(ingest.Fold(name)))
	suffix := hex.EncodeToString(hash[:6])
	base := plain(name)
	if base == "" {
		return []string{"n-" + suffix}
	}
	candidates := []string{base}
	for i := 2; i <= numbered; i++ {
		candidates = append(candidates, base+"-"+strconv.Itoa(i))
	}
	return append(candidates, base+"-"+suffix)
}

// plain keeps the Latin letters and digits of a name, without accents.
func plain(name string) string {
	name = strings.NewReplacer("++", " plus plus ", "#", " sharp ", "&", " and ").Replace(norm.NFKD.String(strings.ToLower(name)))
	var b strings.Builder
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r): // an accent
		default:
			b.WriteByte(' ')
		}
	}
	words := strings.Join(strings.Fields(b.String()), "-")
	return strings.TrimRight(words[:min(len(words), longest)], "-")
}

// AllCandidates returns the candidates of all names.
func AllCandidates(names []string) []string {
	var all []string
	for _, name := range names {
		all = append(all, Candidates(name)...)
	}
	return all
}

// Assign gives each name its first candidate that is neither taken nor given
// to a name before it.
func Assign(names, taken []string) []string {
	used := make(map[string]bool, len(taken)+len(names))
	for _, slug := range taken {
		used[slug] = true
	}
	slugs := make([]string, len(names))
	for i, name := range names {
		for _, candidate := range Candidates(name) {
			slugs[i] = candidate
			if !used[candidate] {
				break
			}
		}
		used[slugs[i]] = true
	}
	return slugs
}
