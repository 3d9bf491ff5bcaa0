// Package fold reduces names and texts to what they say: two spellings of one
// name that differ in case, accents, punctuation or Markdown marks alone are
// equal when folded.
//
// Folded names are stored and are keys; a change of the rules needs a migration
// of every row that holds one.
package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Text returns the words of s in lower case, without accents and punctuation,
// joined by single spaces. It is idempotent and empty when s holds neither
// letters nor digits. Signs that tell names apart stay: "C", "C++", "C#" and
// ".NET" differ.
func Text(s string) string {
	if !isASCII(s) {
		s = norm.NFKD.String(strings.ToValidUTF8(s, " "))
	}
	var b strings.Builder
	b.Grow(len(s))
	apart := false // whether a space is due before the next letter
	var before rune
	for i, r := range s {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if apart && b.Len() > 0 {
				b.WriteByte(' ')
			}
			apart = false
			b.WriteRune(unicode.ToLower(unicode.ToUpper(r)))
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’', r == '`':
			continue // as if it were not there
		case isPartOfName(s, i, r, before):
			b.WriteRune(r)
			apart = r == '#' || before == '+'
		case isDotNet(s[i:]) && !unicode.IsLetter(before) && !unicode.IsDigit(before):
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString("dot")
			apart = false
		default:
			apart = true
		}
		before = r
	}
	return b.String()
}

// isPartOfName reports whether the sign at i belongs to the name before it, as
// in "C++" and "C#".
func isPartOfName(s string, i int, r, before rune) bool {
	switch r {
	case '+':
		second := i > 0 && before == '+' && startsPlusPlus(s, i-1)
		return second || startsPlusPlus(s, i)
	case '#':
		next, _ := utf8.DecodeRuneInString(s[i+1:])
		return unicode.IsLetter(before) && !unicode.IsLetter(next) && !unicode.IsDigit(next) && next != '#' && next != '+'
	}
	return false
}

// startsPlusPlus reports whether exactly two plus signs stand at i, right
// behind a letter.
func startsPlusPlus(s string, i int) bool {
	if !strings.HasPrefix(s[i:], "++") || strings.HasPrefix(s[i:], "+++") || strings.HasPrefix(s[i:], "++#") {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	return unicode.IsLetter(before)
}

// isDotNet reports whether s starts with the name ".NET".
func isDotNet(s string) bool {
	if len(s) < 4 || s[0] != '.' || !strings.EqualFold(s[1:4], "net") {
		return false
	}
	next, _ := utf8.DecodeRuneInString(s[4:])
	return !unicode.IsLetter(next) && !unicode.IsDigit(next)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
