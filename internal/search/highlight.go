package search

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
)

const (
	// maxHighlights bounds the highlights of one result.
	maxHighlights = 50
	// indexed is how many characters of a text are searched.
	indexed = 20000
	// excerptSize and excerptLead are the length of an excerpt, and how much of it
	// stands before the first word that was found, in characters.
	excerptSize = 200
	excerptLead = 60
)

// SearchField is a field of a result whose text is searched.
type SearchField string

// The fields.
const (
	FieldTitle    SearchField = "TITLE"
	FieldName     SearchField = "NAME"
	FieldBody     SearchField = "BODY"
	FieldOverview SearchField = "OVERVIEW"
	FieldMarkdown SearchField = "MARKDOWN"
)

// SearchHighlight is a place in a text of a result where a word of the query stands:
// characters (Unicode code points) from Start, without End.
type SearchHighlight struct {
	Field SearchField
	Start int32
	End   int32
}

// Text is what is searched of one thing, field by field.
type Text struct{ fields []field }

type field struct {
	name SearchField
	text string
}

// Texts returns the texts of those of the things that the actor may see.
func (s *Service) Texts(ctx context.Context, ids []id.Any) (map[id.Any]*Text, error) {
	keys := make([]uuid.UUID, len(ids))
	kinds := make([]SearchType, len(ids))
	for i, wanted := range ids {
		keys[i], kinds[i] = wanted.UUID, typeOf(wanted.Prefix)
	}
	var rows []struct {
		Kind, Title, Body, Markdown string
		ID                          uuid.UUID
	}
	v := visible(ctx)
	err := s.db.Handle(ctx).Raw(`WITH asked AS (SELECT e.kind, e.id FROM unnest(CAST(? AS text[]), CAST(? AS uuid[])) AS wanted(kind, id)
			JOIN search_entry AS e ON e.kind = wanted.kind AND e.id = wanted.id WHERE ?)
		SELECT asked.kind, asked.id, challenge.title, left(challenge.body, ?) AS body, '' AS markdown
			FROM asked JOIN challenge ON asked.kind = 'CHALLENGE' AND challenge.id = asked.id
		UNION ALL SELECT asked.kind, asked.id, '', left(solution.body, ?), '' FROM asked JOIN solution ON asked.kind = 'SOLUTION' AND solution.id = asked.id
		UNION ALL SELECT asked.kind, asked.id, practice.title, left(practice.body, ?), '' FROM asked JOIN practice ON asked.kind = 'PRACTICE' AND practice.id = asked.id
		UNION ALL SELECT asked.kind, asked.id, concept.title, '', '' FROM asked JOIN concept ON asked.kind = 'CONCEPT' AND concept.id = asked.id
		UNION ALL SELECT asked.kind, asked.id, technology.name, '', '' FROM asked JOIN technology ON asked.kind = 'TECHNOLOGY' AND technology.id = asked.id
		UNION ALL SELECT asked.kind, asked.id, document.title, coalesce(left(document.overview, ?), ''),
			coalesce((SELECT left(r.markdown, ?) FROM document_revision AS r WHERE r.document_id = document.id ORDER BY r.number DESC LIMIT 1), '')
			FROM asked JOIN document ON asked.kind = 'DOCUMENT' AND document.id = asked.id`,
		database.Texts(kinds), database.UUIDs(keys), v, indexed, indexed, indexed, indexed, indexed).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("texts of results: %w", database.Translate(err))
	}
	texts := make(map[id.Any]*Text, len(rows))
	for _, r := range rows {
		name, body := FieldTitle, FieldBody
		switch SearchType(r.Kind) {
		case TypeTechnology:
			name = FieldName
		case TypeDocument:
			body = FieldOverview
		case TypeChallenge, TypeSolution, TypePractice, TypeConcept:
		}
		key := id.Any{Prefix: SearchType(r.Kind).prefix(), UUID: r.ID}
		texts[key] = &Text{[]field{{name, r.Title}, {body, r.Body}, {FieldMarkdown, r.Markdown}}}
	}
	return texts, nil
}

// Highlights returns where the words of the query stand in a text of the result.
func (e *SearchEdge) Highlights(t *Text) []*SearchHighlight {
	found := []*SearchHighlight{}
	if t == nil {
		return found
	}
	for _, f := range t.fields {
		for start, end := range runs(f.text) {
			if len(found) == maxHighlights {
				return found
			}
			if e.words[ingest.Fold(end.text)] {
				found = append(found, &SearchHighlight{Field: f.name, Start: start, End: end.at})
			}
		}
	}
	return found
}

// Excerpt returns a piece of the result's text in which a word of the query
// stands, or its beginning when the query was found in the name or by a link.
func (e *SearchEdge) Excerpt(t *Text) string {
	if t == nil {
		return ""
	}
	longest := ""
	for _, f := range t.fields[1:] {
		for start, end := range runs(f.text) {
			if e.words[ingest.Fold(end.text)] {
				return cut(f.text, int(start))
			}
		}
		if longest == "" {
			longest = f.text
		}
	}
	return cut(longest, 0)
}

// run is a run of letters and digits with the place behind it.
type run struct {
	text string
	at   int32
}

// runs yields the runs of letters and digits of a text with their first place,
// counted in characters.
func runs(text string) func(func(int32, run) bool) {
	return func(yield func(int32, run) bool) {
		var at, start int32
		from := -1
		for i, r := range text {
			inside := unicode.IsLetter(r) || unicode.IsDigit(r) || from >= 0 && unicode.Is(unicode.Mn, r)
			switch {
			case inside && from < 0:
				from, start = i, at
			case !inside && from >= 0:
				if !yield(start, run{text[from:i], at}) {
					return
				}
				from = -1
			}
			at++
		}
		if from >= 0 {
			yield(start, run{text[from:], at})
		}
	}
}

// cut returns about excerptSize characters of a Markdown text around a place, as
// one line without the signs of Markdown.
func cut(text string, place int) string {
	characters := []rune(text)
	from := max(0, place-excerptLead)
	for from > 0 && !unicode.IsSpace(characters[from-1]) && from < place {
		from++
	}
	to := min(len(characters), from+excerptSize)
	for to < len(characters) && to > place && !unicode.IsSpace(characters[to]) {
		to--
	}
	if to <= place { // one word that is longer than an excerpt
		to = min(len(characters), from+excerptSize)
	}
	plain := strings.NewReplacer("*", "", "`", "", "#", "", ">", "", "|", " ").Replace(string(characters[from:to]))
	line := strings.Join(strings.Fields(plain), " ")
	if from > 0 {
		line = "… " + line
	}
	if to < len(characters) {
		line += " …"
	}
	return line
}
