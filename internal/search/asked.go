package search

import "strings"

// asked is a query as PostgreSQL takes it (tsquery).
type asked struct {
	// all is what a row must hold; named, what it must hold in its name.
	all, named string
	// places says that words must stand next to each other.
	places bool
	// terms are the parts, for counting those that a name holds.
	terms []string
	// words are what is highlighted.
	words wordSet
}

// ask writes a query of what its words mean. It is empty when it asks for no
// word that must be there.
func ask(groups [][]*word) asked {
	a := asked{words: wordSet{}}
	var all, named []string
	for _, group := range groups {
		var parts, names []string
		wanted := false
		for i := 0; i < len(group); i++ {
			w := group[i]
			if len(w.lexemes) == 0 {
				continue
			}
			a.places = a.places || len(w.lexemes) > 1
			if w.not {
				part := "!" + phrase(w.lexemes)
				parts, names = append(parts, part), append(names, part)
				continue
			}
			wanted = true
			span := group[i : i+1]
			if len(w.technologies) > 0 {
				span = group[i : i+w.covered]
				i += w.covered - 1
			}
			part, name := a.alternatives(span)
			parts, names, a.terms = append(parts, part), append(names, name), append(a.terms, name)
		}
		if wanted {
			all, named = append(all, strings.Join(parts, " & ")), append(named, strings.Join(names, " & "))
		}
	}
	a.all, a.named = either(all), either(named)
	return a
}

// alternatives returns what words that belong together may also be: as they
// stand, corrected, or any spelling of the technologies that they name.
func (a asked) alternatives(words []*word) (part, name string) {
	var literal, named []string
	for _, w := range words {
		options, names := []string{phrase(w.lexemes)}, []string{inName(w.lexemes)}
		a.note(w.lexemes)
		for _, correction := range w.corrections {
			options, names = append(options, quote(correction)), append(names, quote("/"+correction))
			a.note([]string{correction})
		}
		literal, named = append(literal, either(options)), append(named, either(names))
	}
	parts, names := []string{strings.Join(literal, " & ")}, []string{strings.Join(named, " & ")}
	for _, technology := range words[0].technologies {
		parts = append(parts, quote("="+technology.id.String()))
		for _, spelling := range technology.spellings {
			parts, names = append(parts, phrase(spelling)), append(names, inName(spelling))
			a.note(spelling)
		}
	}
	return either(parts), either(names)
}

func (a asked) note(lexemes []string) {
	for _, lexeme := range lexemes {
		a.words[lexeme] = true
	}
}

func phrase(lexemes []string) string {
	quoted := make([]string, len(lexemes))
	for i, lexeme := range lexemes {
		quoted[i] = quote(lexeme)
	}
	return "(" + strings.Join(quoted, " <-> ") + ")"
}

// inName asks for the words in any order: marks have no places.
func inName(lexemes []string) string {
	quoted := make([]string, len(lexemes))
	for i, lexeme := range lexemes {
		quoted[i] = quote("/" + lexeme)
	}
	return "(" + strings.Join(quoted, " & ") + ")"
}

func either(options []string) string {
	switch len(options) {
	case 0:
		return ""
	case 1:
		return options[0]
	default:
		return "((" + strings.Join(options, ") | (") + "))"
	}
}

func quote(lexeme string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(lexeme) + "'"
}

// marked asks for one of the marks with a prefix; for one that no row has when
// there is no value to choose from.
func marked[T ~string](prefix string, values []T) string {
	if len(values) == 0 {
		return quote(prefix)
	}
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = quote(prefix + string(value))
	}
	return either(quoted)
}
