// Package search finds what the hub holds by words: challenges, solutions,
// practices, concepts, technologies and documents in one ranked list, with
// corrections of mistyped words, all spellings of a technology, highlights and
// facets; names that begin with a few letters; and challenges like another one.
//
// It reads the table search_entry, which triggers keep in step with the rows
// that it is derived from. What an actor may not see is neither found nor
// counted, and has no influence on what a mistyped word is taken for.
//
// Of a query that finds very much, the 1,000 best by name and votes are ranked;
// counts are exact up to that number. docs/search.md has the details.
//
// Errors: BAD_USER_INPUT for a query without a word, those of package page.
package search

import (
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// MaxCount is the number up to which counts are exact, and the number of
// results that are ranked.
const MaxCount = 1000

// SearchType is a type of things that can be found.
type SearchType string

// The types, as they stand in search_entry.
const (
	TypeChallenge  SearchType = "CHALLENGE"
	TypeSolution   SearchType = "SOLUTION"
	TypePractice   SearchType = "PRACTICE"
	TypeConcept    SearchType = "CONCEPT"
	TypeTechnology SearchType = "TECHNOLOGY"
	TypeDocument   SearchType = "DOCUMENT"
)

// prefix returns the prefix of the ids of a type.
func (t SearchType) prefix() string {
	switch t {
	case TypeChallenge:
		return id.Challenge{}.Prefix()
	case TypeSolution:
		return id.Solution{}.Prefix()
	case TypePractice:
		return id.Practice{}.Prefix()
	case TypeConcept:
		return id.Concept{}.Prefix()
	case TypeTechnology:
		return id.Technology{}.Prefix()
	case TypeDocument:
		return id.Document{}.Prefix()
	}
	return ""
}

// typeOf returns the type whose ids have a prefix; empty when none has.
func typeOf(prefix string) SearchType {
	for _, t := range []SearchType{TypeChallenge, TypeSolution, TypePractice, TypeConcept, TypeTechnology, TypeDocument} {
		if t.prefix() == prefix {
			return t
		}
	}
	return ""
}

// SearchFilter narrows a search; all conditions must hold.
type SearchFilter struct {
	Technology *string
	Cohort     *id.Cohort
	Program    *id.Program
	// Statuses are those of challenges: nothing else has one.
	Statuses []string
}

// Query asks for one page of a search.
type Query struct {
	Text   string
	Types  []SearchType
	Filter SearchFilter
	First  *int32
	After  *string
	// Facets says whether facets are wanted.
	Facets bool
}

// SearchConnection is one page of what was found.
type SearchConnection struct {
	Edges    []*SearchEdge
	PageInfo page.PageInfo
	// TotalCount is the number of all results, MaxCount when there are more.
	TotalCount int32
	// AtLeast says that there are more results than are counted.
	AtLeast bool
	// Facets are nil unless the query asked for them.
	Facets *SearchFacets
}

// NodeIDs returns the ids of the results of the page.
func (c *SearchConnection) NodeIDs() []id.Any {
	ids := make([]id.Any, len(c.Edges))
	for i, e := range c.Edges {
		ids[i] = e.NodeID
	}
	return ids
}

// SearchEdge is one result.
type SearchEdge struct {
	Cursor string
	NodeID id.Any
	// Points is the rank: the list goes from the highest.
	Points int32
	// words are what the texts of the result are highlighted by.
	words wordSet
}

// Score returns the rank for clients.
func (e *SearchEdge) Score() float64 { return float64(e.Points) / 1000 }

// SearchFacets tell how the results part.
type SearchFacets struct {
	Types        []*SearchTypeFacet
	Technologies []*SearchTechnologyFacet
	Cohorts      []*SearchCohortFacet
	Programs     []*SearchProgramFacet
	Statuses     []*SearchStatusFacet
}

// Tally is a number of results, a lower bound when AtLeast is set.
type Tally struct {
	Count   int32
	AtLeast bool
}

// SearchTypeFacet counts the results of a type.
type SearchTypeFacet struct {
	Tally

	Type SearchType
}

// SearchTechnologyFacet counts the results that concern a technology.
type SearchTechnologyFacet struct {
	Tally

	TechnologyID id.Technology
}

// SearchCohortFacet counts the results of a cohort.
type SearchCohortFacet struct {
	Tally

	CohortID id.Cohort
}

// SearchProgramFacet counts the results of a programme and of its cohorts.
type SearchProgramFacet struct {
	Tally

	ProgramID id.Program
}

// SearchStatusFacet counts the challenges with a status.
type SearchStatusFacet struct {
	Tally

	Status string
}
