package vocabulary

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/project-nexus/nexus/internal/ingest/fold"
)

// word is a word of a text with its place.
type word struct {
	folded     string
	start, end int
}

// Spot finds the technologies that a running text names, in order, each once.
// Words that mean a technology in lists only are found when listed says so.
func (v *Vocabulary) Spot(text string, listed func(name string) bool) []Technology {
	words := split(text)
	var found []Technology
	seen := map[string]bool{}
	for i := 0; i < len(words); {
		if isSuffix(text, words[i].start) || startsCommand(text, words[i:]) {
			i++
			continue
		}
		s, n := v.longest(text, words[i:], func(name string) bool {
			return listed != nil && listed(name) || isMeans(text, words, i)
		})
		if s == nil {
			i++
			continue
		}
		if !seen[s.technology.Name] {
			seen[s.technology.Name] = true
			found = append(found, *s.technology)
		}
		i += n
	}
	return found
}

// longest returns the longest spelling at the first of these words, and how
// many words it takes.
func (v *Vocabulary) longest(text string, words []word, listed func(string) bool) (*spelling, int) {
	for _, s := range v.byFirstWord[words[0].folded] {
		if !s.at(text, words) {
			continue
		}
		switch first, _ := utf8.DecodeRuneInString(text[words[0].start:]); s.use {
		case Anywhere:
		case Capitalised:
			if !unicode.IsUpper(first) {
				continue
			}
		case Listed:
			if !unicode.IsUpper(first) || !listed(s.technology.Name) {
				continue
			}
		}
		return s, len(s.words)
	}
	return nil, 0
}

// startsCommand reports whether the words are those of a command to type, such
// as "pip install", which says nothing of what the author learned.
func startsCommand(text string, words []word) bool {
	if len(words) < 2 || text[words[0].end:words[1].start] != " " {
		return false
	}
	switch text[words[0].start:words[1].end] {
	case "pip install", "pip3 install", "npm install", "npm ci", "npm start", "npm run", "yarn install", "yarn add", "git clone":
		return true
	}
	return false
}

// isMeans reports whether word i is what something was done with, as in
// "watched with Flower": there a common word with a capital is a name. Not so
// in a title, where every word has a capital.
func isMeans(text string, words []word, i int) bool {
	if i == 0 || text[words[i-1].end:words[i].start] != " " {
		return false
	}
	switch text[words[i-1].start:words[i-1].end] {
	case "with", "using", "via":
	default:
		return false
	}
	rest := strings.TrimLeft(text[words[i].end:], " ")
	next, _ := utf8.DecodeRuneInString(rest)
	return len(rest) == len(text[words[i].end:]) || !unicode.IsUpper(next)
}

// at reports whether the words are those of the spelling, close together.
func (s *spelling) at(text string, words []word) bool {
	if len(s.words) > len(words) {
		return false
	}
	for i, w := range s.words {
		if words[i].folded != w || i > 0 && !joins(text[words[i-1].end:words[i].start]) {
			return false
		}
	}
	return true
}

// joins reports whether what stands between two words may be inside of a name.
func joins(between string) bool {
	switch between {
	case "", " ", "-", ".", "/", "_", "\u2011", "\u2010", "\u00a0", "\n", " / ", " (", "’", "'", ", ":
		return between != ", "
	}
	return false
}

// split cuts a text into folded words, without addresses and paths.
func split(text string) []word {
	var words []word
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if isURL(text[i:]) {
			length := strings.IndexFunc(text[i:], unicode.IsSpace)
			if length < 0 {
				break
			}
			i += length
			continue
		}
		if !isWordRune(r) && (r != '.' || !strings.HasPrefix(fold.Text(text[i:min(len(text), i+5)]), "dotnet")) {
			i += size
			continue
		}
		end := i + size
		for end < len(text) {
			next, n := utf8.DecodeRuneInString(text[end:])
			if !isWordRune(next) && !unicode.Is(unicode.Mn, next) {
				break
			}
			end += n
		}
		if strings.HasPrefix(text[end:], "++") {
			end += 2
		} else if strings.HasPrefix(text[end:], "#") && end-i == 1 {
			end++
		}
		words = append(words, word{fold.Text(text[i:end]), i, end})
		i = end
	}
	return words
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// isURL reports whether an address or a path of one starts s.
func isURL(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "www.") ||
		strings.HasPrefix(s, "/api/") || strings.HasPrefix(s, "git@")
}

// isSuffix reports whether a word is the ending of a file's name or a host.
func isSuffix(text string, start int) bool {
	if start < 2 || text[start-1] != '.' {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(text[:start-1])
	return isWordRune(before)
}
