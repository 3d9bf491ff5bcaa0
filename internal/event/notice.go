package event

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// Notice is what a subscriber is told of an event.
type Notice struct {
	// Position is the event's.
	Position int64
	Kind     string
	Changed  []string
	Subject  id.Any
}

// ChallengeEvent tells of a challenge.
type ChallengeEvent struct{ Notice }

// SolutionEvent tells of a solution.
type SolutionEvent struct{ Notice }

// CommentEvent tells of a comment.
type CommentEvent struct{ Notice }

// NoticeOf returns what a subscriber is told of e.
func NoticeOf(e *Event) Notice {
	return Notice{Position: e.Position, Kind: e.Kind, Changed: append([]string{}, e.Fields...), Subject: e.SubjectID()}
}

// Place returns the position of the event.
func (n Notice) Place() int64 { return n.Position }

// Cursor returns the position as clients get it.
func (n Notice) Cursor() string { return Cursor(n.Position) }

// cursorMark tells cursors of the log from those of lists.
const cursorMark = "log:"

// Cursor returns a position as clients get it.
func Cursor(position int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorMark + strconv.FormatInt(position, 10)))
}

// ParseCursor returns the position that a cursor stands for, BAD_USER_INPUT when
// it is none of Cursor's.
func ParseCursor(cursor string) (int64, error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	digits, ok := strings.CutPrefix(string(text), cursorMark)
	position, failed := strconv.ParseInt(digits, 10, 64)
	if err != nil || !ok || failed != nil || position < 0 || Cursor(position) != cursor {
		return 0, errs.BadUserInput("after is not a cursor of this hub's change log").At("after")
	}
	return position, nil
}
