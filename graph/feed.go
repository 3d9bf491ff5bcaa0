package graph

import (
	"sync"
)

// feed is what the source of a subscription and its reader know of each other: the
// source tells where it is, the reader where it starts and ends.
type feed struct {
	// resumed makes the source start after from, without the checks of a first start.
	resumed bool
	from    int64
	// meet tells the reader that everything up to position was sent and that ahead
	// events are known beyond; when ends, the source stops behind stop.
	meet func(position int64, ahead int) (stop int64, ends bool)

	mu sync.Mutex
	// places are the positions of what was sent and not yet answered.
	places []int64
	// read is up to where the log was read and everything sent.
	read int64
	// over is set when the source has nothing more to say, ever.
	over bool
	err  error
}

type feedKey struct{}

// sending notes the position of what is sent next.
func (f *feed) sending(position int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.places = append(f.places, position)
}

// reached notes up to where everything was sent.
func (f *feed) reached(position int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.read = position
}

// answered takes the position of the answer that was just given, and returns as
// well up to where nothing is left to answer. A source that does not tell has none.
func (f *feed) answered() (place, done int64, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.places) == 0 {
		return 0, 0, false
	}
	place, f.places = f.places[0], f.places[1:]
	if done = place; len(f.places) == 0 {
		done = max(done, f.read)
	}
	return place, done, true
}

// idle reports whether everything sent was answered.
func (f *feed) idle() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.places) == 0
}

// finish notes why the source has ended.
func (f *feed) finish(over bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.over, f.err = over, err
}

// end returns why the source has ended.
func (f *feed) end() (over bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.over, f.err
}
