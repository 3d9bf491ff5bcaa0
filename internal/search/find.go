package search

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/page"
)

// maxFacets is the number of values of a facet: those with most results.
const maxFacets = 20

// Search returns one page of what the hub holds about a text.
func (s *Service) Search(ctx context.Context, q Query) (*SearchConnection, error) {
	size, err := page.Size(q.First, page.DefaultSize)
	if err != nil {
		return nil, err
	}
	cursors, err := page.NewRanking("search", struct {
		Text   string
		Types  []SearchType
		Filter SearchFilter
	}{q.Text, q.Types, q.Filter})
	if err != nil {
		return nil, err
	}
	after, err := keysetCondition(cursors, q.After)
	if err != nil {
		return nil, err
	}
	groups, err := s.read(ctx, parse(q.Text))
	if err != nil {
		return nil, err
	}
	a := ask(groups)
	if a.all == "" {
		return nil, errBlank("query")
	}
	rows, err := s.find(ctx, q, a, after, size)
	if err != nil {
		return nil, fmt.Errorf("search: %w", database.Translate(err))
	}
	return connection(rows, q, a, cursors, size), nil
}

// keysetCondition returns the condition that a row of "found" comes after a cursor.
func keysetCondition(cursors page.Ranking, after *string) (clause.Expr, error) {
	if after == nil {
		return page.On("true"), nil
	}
	score, kind, last, err := cursors.After(*after)
	if err != nil {
		return clause.Expr{}, err
	}
	return page.On(`(found.score < CAST(? AS integer) OR found.score = CAST(? AS integer) AND (found.kind > ? OR found.kind = ? AND found.id < CAST(? AS uuid)))`,
		score, score, kind, kind, last), nil
}

// row is a row of the answer of find: a result, the total or the count of a facet.
type row struct {
	Section string
	Kind    string
	ID      uuid.UUID
	N       int32
}

// statement collects SQL and its parameters.
type statement struct {
	strings.Builder
	vars []any
}

func (s *statement) add(sql string, vars ...any) {
	s.WriteString(sql)
	s.vars = append(s.vars, vars...)
}

// find reads a page, the total and the facets in one statement.
func (s *Service) find(ctx context.Context, q Query, a asked, after clause.Expr, size int) ([]row, error) {
	var sql statement
	sql.add("WITH found AS (")
	candidates(ctx, &sql, q, a)
	sql.add(") SELECT section, kind, id, n FROM (SELECT 'hit' AS section, found.kind, found.id, found.score AS n FROM found WHERE "+after.SQL, after.Vars...)
	sql.add(fmt.Sprintf(" ORDER BY found.score DESC, found.kind, found.id DESC LIMIT %d) AS hits", size+1))
	sql.add(" UNION ALL SELECT 'total', '', CAST(NULL AS uuid), count(*) FROM found")
	if q.Facets {
		facets(ctx, &sql)
	}
	var rows []row
	err := s.db.Handle(ctx).Raw(sql.String(), sql.vars...).Scan(&rows).Error
	return rows, err
}

// candidates writes the rows that are ranked: of those that hold the query in
// their names and then of the others the best by quality. A tier is only looked
// at when the ones before it do not have enough, which LIMIT sees to.
func candidates(ctx context.Context, sql *statement, q Query, a asked) {
	terms := len(a.terms)
	sql.add("SELECT hit.kind, hit.id, hit.cohort_id, hit.program_id, hit.status, hit.technology_ids, ")
	sql.add(fmt.Sprintf(`1000 * hit.terms / %d + 300 * least(hit.terms, hit.name_size) / greatest(hit.name_size, 1)
		+ CASE hit.kind WHEN 'TECHNOLOGY' THEN 250 WHEN 'CONCEPT' THEN 200 WHEN 'CHALLENGE' THEN 100 WHEN 'PRACTICE' THEN 60 WHEN 'SOLUTION' THEN 30 ELSE 0 END
		+ CAST(least(300, floor(90 * ln(1 + greatest(hit.quality, 0)))) AS integer) AS score`, terms))
	narrowed := narrow(q, "("+a.all+")")
	// What a name has the text has as well; but only the text knows of places.
	inNames := narrow(q, "("+a.named+")")
	if a.places {
		inNames = narrow(q, "("+a.named+") & ("+a.all+")")
	}
	sql.add(" FROM (SELECT CAST(? AS tsquery) AS named, ("+inNames.SQL+") AS in_names, ("+narrowed.SQL+") AS filter) AS asked",
		append(append([]any{a.named}, inNames.Vars...), narrowed.Vars...)...)
	sql.add(" CROSS JOIN (VALUES (true), (false)) AS by(name) CROSS JOIN " + tiers)
	sql.add(" CROSS JOIN LATERAL (SELECT e.kind, e.id, e.cohort_id, e.program_id, e.status, e.technology_ids, e.quality, e.name_size, ")
	if terms == 1 {
		sql.add("CASE WHEN by.name THEN 1 ELSE 0 END")
	} else {
		for i, t := range a.terms {
			if i > 0 {
				sql.add(" + ")
			}
			sql.add("CAST(e.words @@ CAST(? AS tsquery) AS integer)", t)
		}
	}
	sql.add(" AS terms FROM search_entry AS e WHERE e.words @@ (CASE WHEN by.name THEN asked.in_names ELSE asked.filter END && CAST(tier.mark AS tsquery))")
	sql.add(" AND (by.name OR NOT e.words @@ asked.named)")
	v := visible(ctx)
	sql.add(" AND "+v.SQL, v.Vars...)
	sql.add(fmt.Sprintf(" ORDER BY e.quality DESC, e.kind, e.id DESC LIMIT %d) AS hit LIMIT %d", MaxCount+1, MaxCount+1))
}

// narrow returns the query with the marks that the types and the filter ask for.
func narrow(q Query, query string) clause.Expr {
	if q.Types != nil {
		query += " & " + marked(":", q.Types)
	}
	if q.Filter.Statuses != nil {
		query += " & " + marked(":", q.Filter.Statuses)
	}
	if q.Filter.Cohort != nil {
		query += " & " + quote("@"+q.Filter.Cohort.String())
	}
	e := page.On("CAST(? AS tsquery)", query)
	and := func(sql string, vars ...any) { e.SQL, e.Vars = e.SQL+" && "+sql, append(e.Vars, vars...) }
	if q.Filter.Program != nil {
		and(`CAST((SELECT string_agg('''@' || home.id || '''', ' | ') FROM (SELECT CAST(? AS uuid) AS id
			UNION ALL SELECT cohort.id FROM cohort WHERE cohort.program_id = ?) AS home) AS tsquery)`, *q.Filter.Program, *q.Filter.Program)
	}
	if q.Filter.Technology != nil { // NULL, which no row fulfils, for one that is not there
		and("CAST('''=' || technology_by_name(?, lower(?)) || '''' AS tsquery)", ingest.Fold(*q.Filter.Technology), *q.Filter.Technology)
	}
	return e
}

// facets writes the counts of the values of each facet.
func facets(ctx context.Context, sql *statement) {
	top := func(section, from string, vars ...any) {
		sql.add(" UNION ALL SELECT section, kind, id, n FROM (SELECT '"+section+"' AS section, "+from+fmt.Sprintf(" ORDER BY 4 DESC, 2, 3 LIMIT %d) AS counted", maxFacets), vars...)
	}
	top("type", "found.kind, CAST(NULL AS uuid) AS id, count(*) AS n FROM found GROUP BY found.kind")
	top("status", "found.status AS kind, CAST(NULL AS uuid) AS id, count(*) AS n FROM found WHERE found.status IS NOT NULL GROUP BY found.status")
	top("technology", `'' AS kind, technology.id, count(*) AS n FROM found, unnest(found.technology_ids) AS linked(id)
		JOIN technology ON technology.id = linked.id AND technology.deleted_at IS NULL GROUP BY technology.id`)
	cohort := auth.VisibleCohort(ctx, "cohort")
	top("cohort", "'' AS kind, cohort.id, count(*) AS n FROM found JOIN cohort ON cohort.id = found.cohort_id WHERE "+cohort.SQL+" GROUP BY cohort.id", cohort.Vars...)
	program := auth.Visible(ctx, auth.ProgramRows())
	top("program", `'' AS kind, program.id, count(*) AS n FROM found LEFT JOIN cohort ON cohort.id = found.cohort_id
		JOIN program ON program.id = coalesce(cohort.program_id, found.program_id) WHERE `+program.SQL+" GROUP BY program.id", program.Vars...)
}

// connection makes a page of the rows of find.
func connection(rows []row, q Query, a asked, cursors page.Ranking, size int) *SearchConnection {
	c := &SearchConnection{Edges: []*SearchEdge{}}
	var hits []row
	var counts []row
	for _, r := range rows {
		switch r.Section {
		case "hit":
			hits = append(hits, r)
		case "total":
			c.TotalCount, c.AtLeast = min(r.N, MaxCount), r.N > MaxCount
		default:
			counts = append(counts, r)
		}
	}
	slices.SortFunc(hits, func(x, y row) int {
		return cmp.Or(cmp.Compare(y.N, x.N), cmp.Compare(x.Kind, y.Kind), bytes.Compare(y.ID[:], x.ID[:]))
	})
	c.PageInfo.HasNextPage, c.PageInfo.HasPreviousPage = len(hits) > size, q.After != nil
	for _, hit := range hits[:min(len(hits), size)] {
		c.Edges = append(c.Edges, &SearchEdge{
			Cursor: cursors.Cursor(strconv.Itoa(int(hit.N)), hit.Kind, hit.ID.String()),
			NodeID: id.Any{Prefix: SearchType(hit.Kind).prefix(), UUID: hit.ID}, Points: hit.N, words: a.words,
		})
	}
	if len(c.Edges) > 0 {
		c.PageInfo.StartCursor, c.PageInfo.EndCursor = &c.Edges[0].Cursor, &c.Edges[len(c.Edges)-1].Cursor
	}
	if q.Facets {
		c.Facets = facetsOf(counts, c.AtLeast)
	}
	return c
}

func facetsOf(counts []row, atLeast bool) *SearchFacets {
	f := &SearchFacets{
		Types: []*SearchTypeFacet{}, Technologies: []*SearchTechnologyFacet{}, Cohorts: []*SearchCohortFacet{}, Programs: []*SearchProgramFacet{}, Statuses: []*SearchStatusFacet{},
	}
	slices.SortStableFunc(counts, func(x, y row) int {
		return cmp.Or(cmp.Compare(y.N, x.N), cmp.Compare(x.Kind, y.Kind), bytes.Compare(x.ID[:], y.ID[:]))
	})
	for _, r := range counts {
		tally := Tally{Count: r.N, AtLeast: atLeast}
		switch r.Section {
		case "type":
			f.Types = append(f.Types, &SearchTypeFacet{tally, SearchType(r.Kind)})
		case "status":
			f.Statuses = append(f.Statuses, &SearchStatusFacet{tally, r.Kind})
		case "technology":
			f.Technologies = append(f.Technologies, &SearchTechnologyFacet{tally, id.Of[id.Technology](r.ID)})
		case "cohort":
			f.Cohorts = append(f.Cohorts, &SearchCohortFacet{tally, id.Of[id.Cohort](r.ID)})
		case "program":
			f.Programs = append(f.Programs, &SearchProgramFacet{tally, id.Of[id.Program](r.ID)})
		}
	}
	return f
}
