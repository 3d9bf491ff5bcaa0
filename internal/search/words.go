package search

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
)

// wordSet is a set of folded words.
type wordSet map[string]bool

const (
	// maxCorrections is how many words a mistyped one may stand for.
	maxCorrections = 3
	// shortestCorrected is how long a word must be to be taken for mistyped.
	shortestCorrected = 4
	// maxSpelling is how many words of a query may be one name.
	maxSpelling = 3
)

// word is a term of a query, read as the index holds it.
type word struct {
	term

	lexemes []string
	// corrections are the words that a mistyped one may have meant, the nearest first.
	corrections []string
	// technologies are those that the word, or the name that it begins, means.
	technologies []spelledTechnology
	// covered: the word is a part of the name that one before it begins.
	covered int
}

// spelledTechnology is a technology that a query names.
type spelledTechnology struct {
	id id.Technology
	// spellings are all its names, each as lexemes.
	spellings [][]string
}

// read finds out what the terms of a query mean: their lexemes, what mistyped
// ones may have meant, and the technologies that they name.
func (s *Service) read(ctx context.Context, groups [][]term) ([][]*word, error) {
	var all []*word
	words := make([][]*word, len(groups))
	for g, group := range groups {
		for _, t := range group {
			w := &word{term: t}
			words[g], all = append(words[g], w), append(all, w)
		}
	}
	near, err := s.lexemes(ctx, all)
	if err != nil {
		return nil, err
	}
	if err := s.mean(ctx, words, near); err != nil {
		return nil, err
	}
	return words, nil
}

// lexemes reads the terms as the index does. For each word that nothing visible
// has it returns those that are written alike: by their trigrams, and those with
// two neighbours swapped, which in a short word leaves few trigrams alike.
func (s *Service) lexemes(ctx context.Context, words []*word) (map[*word][]string, error) {
	raw := make([]string, len(words))
	may := make([]string, len(words)) // 't' where a correction makes sense
	for i, w := range words {
		raw[i], may[i] = strings.ReplaceAll(w.raw, "\x00", " "), "f"
		if !w.phrase && !w.not {
			may[i] = "t"
		}
	}
	var rows []struct {
		N       int
		Lexemes string
		Near    string
	}
	seen := seen(ctx, "asked.lexeme")
	err := s.db.Handle(ctx).Raw(`SELECT t.n, array_to_string(t.lexemes, ' ') AS lexemes, coalesce(array_to_string(near.words, ' '), '') AS near
		FROM (SELECT r.n, r.may, ARRAY(SELECT l.lexeme FROM unnest(to_tsvector('simple', search_fold(r.raw))) AS l, unnest(l.positions) AS p ORDER BY p) AS lexemes
			FROM unnest(CAST(? AS text[]), CAST(? AS text[])) WITH ORDINALITY AS r(raw, may, n) OFFSET 0) AS t
		CROSS JOIN LATERAL (SELECT t.lexemes[1] AS lexeme OFFSET 0) AS asked
		LEFT JOIN LATERAL (SELECT array_agg(like_it.word ORDER BY like_it.likeness DESC, like_it.word) AS words
			FROM ((SELECT w.word, similarity(w.word, asked.lexeme) AS likeness FROM search_word AS w
				WHERE w.word % asked.lexeme ORDER BY likeness DESC, w.word LIMIT 24)
				UNION SELECT w.word, similarity(w.word, asked.lexeme) FROM search_word AS w WHERE w.word = ANY(ARRAY(
					SELECT left(asked.lexeme, i - 1) || substr(asked.lexeme, i + 1, 1) || substr(asked.lexeme, i, 1) || substr(asked.lexeme, i + 2)
					FROM generate_series(1, length(asked.lexeme) - 1) AS i))) AS like_it) AS near
			ON t.may = 't' AND cardinality(t.lexemes) = 1 AND length(asked.lexeme) >= ? AND search_is_word(asked.lexeme)
				AND NOT (EXISTS (SELECT FROM search_word AS k WHERE k.word = asked.lexeme) AND ?)
		ORDER BY t.n`, database.Texts(raw), database.Texts(may), shortestCorrected, seen).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("words of a query: %w", database.Translate(err))
	}
	near := map[*word][]string{}
	for _, row := range rows {
		w := words[row.N-1]
		w.lexemes = strings.Fields(row.Lexemes)
		if row.Near != "" {
			near[w] = nearest(w.lexemes[0], strings.Fields(row.Near))
		}
	}
	return near, nil
}

// nearest returns those of the candidates that few slips of the keyboard away.
func nearest(typed string, candidates []string) []string {
	most := 1
	if utf8.RuneCountInString(typed) > 5 {
		most = 2
	}
	var byDistance [3][]string
	for _, candidate := range candidates {
		if d := slips(typed, candidate); d > 0 && d <= most {
			byDistance[d] = append(byDistance[d], candidate)
		}
	}
	return append(byDistance[1], byDistance[2]...)
}

// slips returns how many letters must be added, left out, exchanged or swapped
// with their neighbour to make b of a.
func slips(a, b string) int {
	x, y := []rune(a), []rune(b)
	var before, above []int
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		before, above, row = above, row, make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(above[j+1]+1, row[j]+1, above[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(y)]
}

// mean sets the corrections that something visible has, and the technologies.
func (s *Service) mean(ctx context.Context, groups [][]*word, near map[*word][]string) error {
	var asked []string
	for _, candidates := range near {
		asked = append(asked, candidates...)
	}
	slices.Sort(asked)
	asked = slices.Compact(asked)
	var names []string
	for _, spelling := range spellings(groups, near) {
		names = append(names, spelling.folded)
	}
	var rows []struct {
		Word         string
		TechnologyID *id.Technology
		Lexemes      string
	}
	err := s.db.Handle(ctx).Raw(`SELECT asked.lexeme AS word, CAST(NULL AS uuid) AS technology_id, '' AS lexemes
			FROM unnest(CAST(? AS text[])) AS asked(lexeme) WHERE ?
		UNION ALL SELECT a.folded_name, t.id, array_to_string(ARRAY(SELECT l.lexeme
				FROM unnest(to_tsvector('simple', search_fold(every.name))) AS l, unnest(l.positions) AS p ORDER BY p), ' ')
			FROM technology_alias AS a JOIN technology AS t ON t.id = a.technology_id AND t.deleted_at IS NULL
			JOIN technology_alias AS every ON every.technology_id = t.id
			WHERE a.folded_name = ANY(CAST(? AS text[]))
		ORDER BY 1, 2, 3`, database.Texts(asked), seen(ctx, "asked.lexeme"), database.Texts(names)).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("meaning of a query: %w", database.Translate(err))
	}
	visible, technologies := wordSet{}, map[string]*spelledTechnology{}
	for _, row := range rows {
		if row.TechnologyID == nil {
			visible[row.Word] = true
			continue
		}
		if technologies[row.Word] == nil {
			technologies[row.Word] = &spelledTechnology{id: *row.TechnologyID}
		}
		if lexemes := strings.Fields(row.Lexemes); len(lexemes) > 0 {
			technologies[row.Word].spellings = append(technologies[row.Word].spellings, lexemes)
		}
	}
	for w, candidates := range near {
		kept := slices.DeleteFunc(slices.Clone(candidates), func(c string) bool { return !visible[c] })
		w.corrections = kept[:min(len(kept), maxCorrections)]
		near[w] = w.corrections
	}
	for _, spelling := range spellings(groups, near) {
		first := spelling.words[0]
		if found := technologies[spelling.folded]; found != nil && !slices.ContainsFunc(spelling.words, func(w *word) bool { return w.covered > 0 && w.covered != len(spelling.words) }) {
			first.technologies = append(first.technologies, *found)
			for _, w := range spelling.words {
				w.covered = len(spelling.words)
			}
		}
	}
	return nil
}

// spelling is one to three neighbouring words that may be a technology's name.
type spelling struct {
	words  []*word
	folded string
}

// spellings returns what may be names, longer ones first.
func spellings(groups [][]*word, near map[*word][]string) []spelling {
	var all []spelling
	for size := maxSpelling; size > 0; size-- {
		for _, group := range groups {
			for i := range len(group) - size + 1 {
				words := group[i : i+size]
				if slices.ContainsFunc(words, func(w *word) bool { return w.not || w.phrase && size > 1 }) {
					continue
				}
				for _, typed := range typings(words, near) {
					if folded := ingest.Fold(typed); folded != "" {
						all = append(all, spelling{words, folded})
					}
				}
			}
		}
	}
	return all
}

// typings returns what the words are, as typed and with each correction.
func typings(words []*word, near map[*word][]string) []string {
	texts := []string{""}
	for _, w := range words {
		var longer []string
		for _, start := range texts {
			for _, typed := range append([]string{w.raw}, near[w]...) {
				longer = append(longer, start+" "+typed)
			}
		}
		texts = longer[:min(len(longer), 64)]
	}
	return texts
}
