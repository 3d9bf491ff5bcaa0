package password

// Occupy takes all turns until the test calls release.
func (h *Hasher) Occupy() (release func()) {
	for range cap(h.turns) {
		h.places <- struct{}{}
		h.turns <- struct{}{}
	}
	return func() {
		for range cap(h.turns) {
			<-h.turns
			<-h.places
		}
	}
}

// Waiting returns how many callers wait while all turns are taken.
func (h *Hasher) Waiting() int { return len(h.places) - cap(h.turns) }
