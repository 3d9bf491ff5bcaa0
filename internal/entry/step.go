package entry

// Kind tells how one kind of entry is stored: R is its row, F an entry of the
// text with what belongs to it.
type Kind[R, F any] struct {
	// Row points into a row.
	Row func(*R) Row
	// Fresh is the part of an entry that every kind has.
	Fresh func(F) Fresh
	// Create makes the row of a new entry.
	Create func(F) *R
	// Same reports whether the row has the text of the entry.
	Same func(*R, F) bool
	// Rewrite gives the row the text of the entry.
	Rewrite func(*R, F)
}

// Synced is the outcome of Sync.
type Synced[R any] struct {
	// Rows holds the row of each entry of the text.
	Rows []*R
	// Lost are stored rows that the text does not hold.
	Lost []*R
	// Write are the rows that have to be written, new ones and changed ones.
	Write   []*R
	Changes Changes
}

// Sync brings the stored entries of one kind in step with the text. The stored
// ones come in the order of the document, deleted and missing ones included.
func Sync[R, F any](o Origin, k Kind[R, F], stored []*R, fresh []F) Synced[R] {
	rows, texts := make([]Row, len(stored)), make([]Fresh, len(fresh))
	for i, s := range stored {
		rows[i] = k.Row(s)
	}
	for i, f := range fresh {
		texts[i] = k.Fresh(f)
	}
	result := Synced[R]{Rows: make([]*R, len(fresh))}
	kept := make([]bool, len(stored))
	for i, match := range Match(rows, texts, o.Lines) {
		if match < 0 {
			result.Rows[i] = k.Create(fresh[i])
			result.Write = append(result.Write, result.Rows[i])
			result.Changes.Created++
			result.Changes.Note(k.Row(result.Rows[i]), Created)
			continue
		}
		kept[match] = true
		result.Rows[i] = stored[match]
		if Revise(o, k, stored[match], fresh[i], &result.Changes) {
			result.Write = append(result.Write, stored[match])
		}
	}
	for i, s := range stored {
		if kept[i] {
			continue
		}
		result.Lost = append(result.Lost, s)
		if o.Lose(rows[i], &result.Changes) {
			result.Write = append(result.Write, s)
		}
	}
	return result
}

// Revise brings the row of an entry that the text holds up to date, and reports
// whether it has to be written.
func Revise[R, F any](o Origin, k Kind[R, F], stored *R, fresh F, c *Changes) bool {
	row, span := k.Row(stored), k.Fresh(fresh).Span
	if row.DeletedAt != nil {
		return o.move(row)
	}
	placed := setLine(row.FirstLine, span.First)
	placed = setLine(row.LastLine, span.Last) || placed
	changed, returned := o.move(row), *row.MissingAt != nil
	*row.MissingAt = nil
	switch same, edited := k.Same(stored, fresh), *row.EditedAt != nil; {
	case !same && edited:
		c.Kept = append(c.Kept, Kept{row.Title, span.First})
	case !same:
		k.Rewrite(stored, fresh)
		changed = true
	}
	if returned {
		c.Returned++
		c.Note(row, Returned)
	} else if changed {
		c.Updated++
		c.Note(row, Updated)
	}
	if returned || changed {
		o.Touch(row)
	}
	return placed || changed || returned
}

// Lose marks the row of an entry that the text does not hold, and reports
// whether it has to be written.
func (o Origin) Lose(row Row, c *Changes) bool {
	moved := o.move(row)
	if row.DeletedAt != nil {
		return moved
	}
	lost := *row.MissingAt == nil
	if lost {
		at := o.At
		*row.MissingAt = &at
		c.Missing++
		c.Note(row, Missing)
	}
	if moved || lost {
		o.Touch(row)
	}
	return moved || lost
}

// Touch counts a change of a row.
func (o Origin) Touch(row Row) {
	*row.Version++
	*row.UpdatedAt = o.At
}

// move puts a row into the cohort of its document, which decides who sees it.
func (o Origin) move(row Row) bool {
	old := *row.CohortID
	if old == nil && o.Cohort == nil || old != nil && o.Cohort != nil && *old == *o.Cohort {
		return false
	}
	*row.CohortID = o.Cohort
	return true
}

func setLine(line **int32, to int32) bool {
	if *line != nil && **line == to {
		return false
	}
	*line = &to
	return true
}
