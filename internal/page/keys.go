package page

// Ranking writes and reads the cursors of a list that is ordered by a score,
// then by a kind, then by id, and that its service fetches itself.
type Ranking struct{ mark string }

// NewRanking returns the cursors of a list with these arguments: those that
// change which rows are listed, or their order. A cursor is good for equal
// arguments only.
func NewRanking(list string, arguments any) (Ranking, error) {
	mark, err := fingerprint(list, "", "", arguments)
	return Ranking{mark}, err
}

func rankedColumns() []column {
	return []column{{kind: kindInt}, {kind: kindText}, {kind: kindUUID}}
}

// Cursor returns the cursor of a row.
func (r Ranking) Cursor(score, kind, id string) string {
	return encodeCursor(r.mark, []*string{&score, &kind, &id})
}

// After reads a cursor that Cursor wrote. It returns BAD_USER_INPUT at "after"
// for any other.
func (r Ranking) After(cursor string) (score, kind, id string, err error) {
	keys, err := decodeCursor("after", cursor, r.mark, rankedColumns())
	if err != nil {
		return "", "", "", err
	}
	return *keys[0], *keys[1], *keys[2], nil
}

// Size returns how many items first asks for, what is usual when it is nil. It
// returns BAD_USER_INPUT or PAGE_SIZE_EXCEEDED at "first".
func Size(first *int32, usual int) (int, error) {
	w, err := Args{First: first}.window(usual)
	return w.size, err
}
