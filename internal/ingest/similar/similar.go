// Package similar tells whether two challenges are about the same difficulty.
//
// A challenge is reduced to its signature: the problem with a name that its
// title speaks of ("N+1", "CORS"), else the words of the title that say
// something, folded, stemmed and with one spelling for synonyms. A title that
// says next to nothing ("Docker", "API errors") is read together with its body.
// The words are data, in words.txt.
//
// Similar is symmetric, reflexive for every signature that is not empty, and
// not transitive. Signatures are stored: they mean the same only as long as the
// data and these rules stay the same.
package similar

import (
	"cmp"
	"slices"
	"strings"

	"github.com/project-nexus/nexus/internal/ingest/fold"
)

// Signature is what challenges are compared by: words without repetition, the
// most telling ones first. Empty when there is nothing to compare.
type Signature []string

// Of returns the signature of a challenge.
func Of(title, body string) Signature {
	d := data()
	folded := strings.Fields(fold.Text(title))
	if named := d.problems(folded); named != "" {
		return Signature{named}
	}
	words := d.saying(folded)
	if d.saysMuch(words) {
		return d.arrange(words)
	}
	folded = strings.Fields(fold.Text(start(body)))
	if named := d.problems(folded); named != "" {
		return Signature{named}
	}
	return d.arrange(append(words, d.saying(folded)...))
}

// Similar reports whether two thirds of all words of a and b are words of both,
// and one of them tells more than a field ("database performance"). Signatures
// that name fields alone are similar when they are equal.
func Similar(a, b Signature) bool {
	d := data()
	common, telling := 0, 0
	for _, word := range a {
		if slices.Contains(b, word) {
			common++
			if !d.vague[word] {
				telling++
			}
		}
	}
	all := len(a) + len(b) - common
	return common > 0 && (common == all || telling > 0 && 3*common >= 2*all)
}

// Keys returns the words by which similar signatures are found: two signatures
// that are similar share at least one key.
//
// Of n words two thirds must be shared, so at most a third may be others; among
// the first n/3+1 words of one order for all there is a shared one.
func (s Signature) Keys() []string {
	return s[:min(len(s)/3+1, len(s))]
}

// longestStart is how much of a body is read, in bytes: a difficulty is told in
// its first sentences.
const longestStart = 600

func start(body string) string {
	if len(body) > longestStart {
		return body[:longestStart]
	}
	return body
}

// arrange sorts words so that those that few challenges have come first. The
// order depends on the words alone, so it is the same for all signatures.
func (d *words) arrange(list []string) Signature {
	slices.SortFunc(list, func(a, b string) int {
		return cmp.Or(
			cmp.Compare(d.commonness(a), d.commonness(b)),
			cmp.Compare(len(b), len(a)),
			cmp.Compare(a, b),
		)
	})
	return slices.Compact(list)
}

// commonness is 1 for words that many challenges have, else 0.
func (d *words) commonness(word string) int {
	if d.vague[word] {
		return 1
	}
	return 0
}

// saysMuch reports whether words are more than the name of one field.
func (d *words) saysMuch(list []string) bool {
	return len(list) > 1 || len(list) == 1 && !d.vague[list[0]]
}
