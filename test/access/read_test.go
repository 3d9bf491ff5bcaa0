package access

import "testing"

// Each principal reads every kind of object in every state on every way that the
// schema has: by look-ups, over relations, in lists and through their filters.
func TestReads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill()
	defer w.report()
	w.compareLookUps()
	w.comparePaths()
	w.compareRelations()
	w.compareLists()
	w.compareNestedFilters()
}
