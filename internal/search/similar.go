package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest/similar"
)

const (
	// comparedWords is how many words of a title are looked for: those that say most.
	comparedWords = 8
	// comparedBody is how much of a body is compared, in characters.
	comparedBody = 600
	// maxCompared is how many challenges are compared with one.
	maxCompared = 40
	// leastLikeness is how like a challenge must be to be shown.
	leastLikeness = 0.2
)

// SimilarChallenge is a challenge that is like another one.
type SimilarChallenge struct {
	ChallengeID id.Challenge
	// Score is 1 for one that says the same, and more than 0.
	Score float64
}

// difficulty is what others are compared with.
type difficulty struct {
	// self is the challenge itself, the zero id for one that is not posted yet.
	self      uuid.UUID
	signature similar.Signature
	// terms are the telling words of the title, each as a query for a name.
	terms []string
	// mark narrows the challenges that are compared; may be empty.
	mark string
}

// SimilarChallenges returns the challenges that are most like a title and a body.
func (s *Service) SimilarChallenges(ctx context.Context, title string, body *string, cohort *id.Cohort, first int32) ([]*SimilarChallenge, error) {
	var group []term
	for _, raw := range strings.Fields(title) {
		group = append(group, term{raw: strings.Trim(raw, `"-`)})
	}
	words, err := s.read(ctx, [][]term{group[:min(len(group), maxTerms)]})
	if err != nil {
		return nil, err
	}
	d := &difficulty{}
	corrected := d.words(words[0])
	if corrected == "" {
		return nil, errBlank("title")
	}
	text := ""
	if body != nil {
		text = *body
	}
	d.signature = similar.Of(corrected, text)
	if cohort != nil {
		d.mark = quote("@" + cohort.String())
	}
	found, err := s.compare(ctx, []*difficulty{d}, int(first))
	return found[uuid.UUID{}], err
}

// words takes the words of a title, and returns it with mistyped ones corrected.
func (d *difficulty) words(list []*word) string {
	var corrected strings.Builder
	list = slices.Clone(list)
	for _, w := range list {
		text := w.raw
		if len(w.corrections) > 0 {
			text = w.corrections[0]
		}
		if len(w.lexemes) > 0 {
			corrected.WriteString(text + " ")
		}
	}
	telling := slices.DeleteFunc(list, func(w *word) bool { return len(w.lexemes) == 0 || similar.Weight(w.raw) == 0 })
	slices.SortStableFunc(telling, func(a, b *word) int { return byWeight(a.raw, b.raw) })
	for _, w := range telling[:min(len(telling), comparedWords)] {
		w.covered = 1 // each word for itself
		_, name := asked{words: wordSet{}}.alternatives([]*word{w})
		d.terms = append(d.terms, name)
	}
	return corrected.String()
}

// byWeight orders words: first those that say more, then the longer and so rarer ones.
func byWeight(a, b string) int {
	return cmp.Or(
		cmp.Compare(similar.Weight(b), similar.Weight(a)),
		cmp.Compare(utf8.RuneCountInString(b), utf8.RuneCountInString(a)),
		cmp.Compare(a, b),
	)
}

// Similar returns for each challenge those that are most like it.
func (s *Service) Similar(ctx context.Context, ids []id.Challenge, first int32) (map[id.Challenge][]*SimilarChallenge, error) {
	var rows []struct {
		ID                 uuid.UUID
		Title, Body, Names string
	}
	v := visible(ctx)
	err := s.db.Handle(ctx).Raw(`SELECT e.id, c.title, left(c.body, ?) AS body,
			(SELECT string_agg(substr(w, 2), ' ') FROM unnest(tsvector_to_array(e.words)) AS w WHERE w LIKE '/%') AS names
		FROM search_entry AS e JOIN challenge AS c ON c.id = e.id
		WHERE e.kind = 'CHALLENGE' AND e.id = ANY(CAST(? AS uuid[])) AND ?`, comparedBody, database.UUIDs(ids), v).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("challenges to compare: %w", database.Translate(err))
	}
	var all []*difficulty
	for _, r := range rows {
		d := &difficulty{self: r.ID, signature: similar.Of(r.Title, r.Body)}
		telling := slices.DeleteFunc(strings.Fields(r.Names), func(w string) bool { return similar.Weight(w) == 0 })
		slices.SortFunc(telling, byWeight)
		for _, w := range telling[:min(len(telling), comparedWords)] {
			d.terms = append(d.terms, quote("/"+w))
		}
		all = append(all, d)
	}
	found, err := s.compare(ctx, all, int(first))
	if err != nil {
		return nil, err
	}
	similar := make(map[id.Challenge][]*SimilarChallenge, len(ids))
	for _, key := range ids {
		if list, visible := found[key.UUID]; visible {
			similar[key] = list
		}
	}
	return similar, nil
}

// query asks for names that have half of the terms: of two terms both.
func (d *difficulty) query() string {
	least := (len(d.terms) + 1) / 2
	if len(d.terms) == 2 {
		least = 2
	}
	query := "(" + either(choices(d.terms, least)) + ")"
	if len(d.terms) == 0 {
		query = quote(":") // no row has this
	}
	if d.mark != "" {
		query += " & " + d.mark
	}
	return query
}

// choices returns all ways to take some of the terms, as queries for all of them.
func choices(terms []string, take int) []string {
	if take == 0 {
		return nil
	}
	var all []string
	for i := range len(terms) - take + 1 {
		if take == 1 {
			all = append(all, terms[i])
			continue
		}
		for _, rest := range choices(terms[i+1:], take-1) {
			all = append(all, terms[i]+" & "+rest)
		}
	}
	return all
}

// rounds are how the rows are looked at: all at once where rows share more or
// fewer of several terms, tier by tier where they all share the only one.
const rounds = "(VALUES (true, ''':CHALLENGE'''), (false, '''^5'''), (false, '''^4'''), (false, '''^3'''), (false, '''^2'''), (false, '''^1'''), (false, '''^0''')) AS tier(whole, mark)"

// compare finds for each difficulty the challenges that are like it: of those
// that share words of the title, or a key of the signature, the most like ones.
func (s *Service) compare(ctx context.Context, all []*difficulty, first int) (map[uuid.UUID][]*SimilarChallenge, error) {
	byID := map[uuid.UUID]*difficulty{}
	var selves []uuid.UUID
	var queries, terms, keys, marks []string
	for _, d := range all {
		byID[d.self] = d
		selves, queries = append(selves, d.self), append(queries, d.query())
		terms, keys, marks = append(terms, strings.Join(d.terms, "\n")), append(keys, strings.Join(d.signature.Keys(), " ")), append(marks, d.mark)
	}
	var rows []struct {
		Self, ID    uuid.UUID
		Title, Body string
	}
	v := visible(ctx)
	err := s.db.Handle(ctx).Raw(`SELECT asked.self, hit.id, c.title, left(c.body, ?) AS body
		FROM unnest(CAST(? AS uuid[]), CAST(? AS text[]), CAST(? AS text[]), CAST(? AS text[]), CAST(? AS text[])) AS asked(self, query, terms, keys, mark)
		CROSS JOIN LATERAL (
			(SELECT near.id FROM `+rounds+` CROSS JOIN LATERAL (SELECT e.id, (SELECT count(*) FROM unnest(string_to_array(asked.terms, E'\n')) AS t(q)
						WHERE e.words @@ CAST(t.q AS tsquery)) AS shared
					FROM search_entry AS e
					WHERE e.words @@ (CAST(asked.query AS tsquery) && CAST(tier.mark AS tsquery) && CAST(''':CHALLENGE''' AS tsquery)) AND e.id <> asked.self AND ?
					ORDER BY shared DESC, e.quality DESC, e.id DESC LIMIT ?) AS near
				WHERE tier.whole = (asked.terms LIKE E'%\n%') LIMIT ?)
			UNION (SELECT e.id FROM challenge_signature AS s JOIN search_entry AS e ON e.kind = 'CHALLENGE' AND e.id = s.challenge_id
				WHERE s.keys && string_to_array(asked.keys, ' ') AND e.id <> asked.self AND (asked.mark = '' OR e.words @@ CAST(nullif(asked.mark, '') AS tsquery)) AND ?
				ORDER BY e.quality DESC, e.id DESC LIMIT ?)) AS hit
		JOIN challenge AS c ON c.id = hit.id`,
		comparedBody, database.UUIDs(selves), database.Texts(queries), database.Texts(terms), database.Texts(keys), database.Texts(marks),
		v, maxCompared, maxCompared, v, maxCompared).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("similar challenges: %w", database.Translate(err))
	}
	found := map[uuid.UUID][]*SimilarChallenge{}
	for _, d := range all {
		found[d.self] = []*SimilarChallenge{}
	}
	for _, r := range rows {
		if likeness := similar.Likeness(byID[r.Self].signature, similar.Of(r.Title, r.Body)); likeness >= leastLikeness {
			found[r.Self] = append(found[r.Self], &SimilarChallenge{id.Of[id.Challenge](r.ID), likeness})
		}
	}
	for self, list := range found {
		slices.SortFunc(list, func(a, b *SimilarChallenge) int {
			return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(b.ChallengeID.String(), a.ChallengeID.String()))
		})
		found[self] = list[:min(len(list), first)]
	}
	return found, nil
}
