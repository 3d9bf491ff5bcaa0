package entry

import (
	"cmp"
	"slices"
	"strings"

	"github.com/project-nexus/nexus/internal/ingest"
)

// similarEnough is the least likeness (F1 of the words) of two entries that
// count as one: more than half of the words are the same.
const similarEnough = 0.5

// maxComparisons bounds the search for similar entries in a document that was
// written anew as a whole.
const maxComparisons = 1 << 20

// Match finds the stored entry of each fresh one: its index, or -1. The stored
// ones come in the order of the document. In this order, and each stored entry
// for one fresh entry only:
//
//  1. the same title, or the same text in the document;
//  2. the most similar title or text above a threshold;
//  3. the same position, where the number of entries is the same too.
func Match(stored []Row, fresh []Fresh, former Lines) []int {
	m := matcher{former: former, stored: make([]candidate, len(stored)), fresh: make([]candidate, len(fresh)), matches: make([]int, len(fresh)), taken: make([]bool, len(stored))}
	for i, row := range stored {
		m.stored[i] = m.ofRow(row)
	}
	for i, f := range fresh {
		m.matches[i] = -1
		m.fresh[i] = candidate{title: fold(f.Title), text: fold(f.Title + " " + f.Body), source: fold(f.Source)}
	}
	m.same(func(c candidate) string { return c.title })
	m.same(func(c candidate) string { return c.source })
	m.similar()
	m.position()
	return m.matches
}

// candidate is what entries are compared by, folded; empty parts do not count.
type candidate struct {
	title, text, source string
	// gone: not in the former revision, so its lines and position mean nothing.
	gone bool
}

// fold compares texts by their words, and those without any, such as a row of
// emoji, as they are.
func fold(text string) string {
	if folded := ingest.Fold(text); folded != "" {
		return folded
	}
	return strings.TrimSpace(text)
}

type matcher struct {
	former        Lines
	stored, fresh []candidate
	matches       []int // for each fresh entry
	taken         []bool
}

func (m *matcher) ofRow(row Row) candidate {
	c := candidate{gone: row.DeletedAt != nil || *row.MissingAt != nil}
	if !c.gone && *row.FirstLine != nil && *row.LastLine != nil {
		c.source = fold(m.former.Span(Span{**row.FirstLine, **row.LastLine}))
	}
	// A person's words say nothing of the document, unless there is nothing else.
	if *row.EditedAt == nil || c.source == "" {
		c.title, c.text = fold(row.Title), fold(row.Title+" "+row.Body)
	}
	return c
}

func (m *matcher) pair(fresh, stored int) {
	m.matches[fresh], m.taken[stored] = stored, true
}

// same pairs entries with the same key: present ones before those that are
// gone, in the order of the document.
func (m *matcher) same(key func(candidate) string) {
	waiting := map[string][]int{}
	for _, gone := range []bool{false, true} {
		for i, c := range m.stored {
			if k := key(c); k != "" && !m.taken[i] && c.gone == gone {
				waiting[k] = append(waiting[k], i)
			}
		}
	}
	for i, c := range m.fresh {
		k := key(c)
		if k == "" || m.matches[i] >= 0 || len(waiting[k]) == 0 {
			continue
		}
		m.pair(i, waiting[k][0])
		waiting[k] = waiting[k][1:]
	}
}

// similar pairs what is left, the most similar first.
func (m *matcher) similar() {
	type pair struct {
		fresh, stored int
		likeness      float64
	}
	stored, fresh := m.left()
	if len(stored)*len(fresh) > maxComparisons {
		return
	}
	words := newWords()
	var pairs []pair
	for _, f := range fresh {
		for _, s := range stored {
			if likeness := words.likeness(m.fresh[f], m.stored[s]); likeness >= similarEnough {
				pairs = append(pairs, pair{f, s, likeness})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.likeness, a.likeness) })
	for _, p := range pairs {
		if m.matches[p.fresh] < 0 && !m.taken[p.stored] {
			m.pair(p.fresh, p.stored)
		}
	}
}

// position pairs what stands at the same place of two lists of one length: an
// entry that was worded anew from beginning to end.
func (m *matcher) position() {
	var present []int
	for i, c := range m.stored {
		if !c.gone {
			present = append(present, i)
		}
	}
	if len(present) != len(m.fresh) {
		return
	}
	for i, s := range present {
		if m.matches[i] < 0 && !m.taken[s] {
			m.pair(i, s)
		}
	}
}

func (m *matcher) left() (stored, fresh []int) {
	for i, taken := range m.taken {
		if !taken {
			stored = append(stored, i)
		}
	}
	for i, match := range m.matches {
		if match < 0 {
			fresh = append(fresh, i)
		}
	}
	return stored, fresh
}

// words remembers the sorted words of texts.
type words map[string][]string

func newWords() words { return words{} }

func (w words) of(text string) []string {
	list, known := w[text]
	if !known {
		list = strings.Fields(text)
		slices.Sort(list)
		list = slices.Compact(list)
		w[text] = list
	}
	return list
}

// likeness is the greatest of titles, whole texts and lines in the document.
func (w words) likeness(a, b candidate) float64 {
	return max(f1(w.of(a.title), w.of(b.title)), f1(w.of(a.text), w.of(b.text)), f1(w.of(a.source), w.of(b.source)))
}

// f1 is the share of words that two sorted lists have in common.
func f1(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	common := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch c := strings.Compare(a[i], b[j]); {
		case c == 0:
			common++
			i++
			j++
		case c < 0:
			i++
		default:
			j++
		}
	}
	return 2 * float64(common) / float64(len(a)+len(b))
}
